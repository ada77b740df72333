"""Records and delegations: what they point at, who has it, and who may have it."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Settings,
    absent,
    account,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

RECORD, DELEGATION = "ROUTE53_DANGLING_RECORD", "ROUTE53_DANGLING_DELEGATION"
ELASTIC, OFFICE = "52.29.1.2", "203.0.113.7"
LOAD_BALANCER = "web-123.eu-central-1.elb.amazonaws.com"
BEANSTALK = "shop.eu-central-1.elasticbeanstalk.com"
DISTRIBUTION = "d111111abcdef8.cloudfront.net"
WEBSITE = "s3-website.eu-central-1.amazonaws.com."
NS = [f"ns-{number}.awsdns-{number:02}.{tld}." for number, tld in enumerate(("com", "net", "org", "co.uk"), 1)]


def enabled(*regions: str) -> Record:
    return ok("ec2.describe_regions", answer={"Regions": [{"RegionName": name} for name in regions]})


def a(*values: str, name: str = "www.example.com.") -> dict[str, Any]:
    return {"Name": name, "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": value} for value in values]}


def cname(value: str, name: str = "www.example.com.") -> dict[str, Any]:
    return {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": value}]}


def alias(value: str, name: str = "www.example.com.") -> dict[str, Any]:
    return {"Name": name, "Type": "A", "AliasTarget": {"HostedZoneId": "Z2", "DNSName": value, "EvaluateTargetHealth": False}}  # fmt: skip


def ns(*servers: str, name: str = "team.example.com.") -> dict[str, Any]:
    return {"Name": name, "Type": "NS", "TTL": 300, "ResourceRecords": [{"Value": server} for server in servers]}


def has(without: str = "", **held: Any) -> list[Record]:
    """What an account has of everything that a record may point at; `without` is denied."""
    regional: dict[str, dict[str, Any]] = {
        "ec2.describe_addresses": {"Addresses": [{"PublicIp": ip} for ip in held.get("elastic", ())]},
        "ec2.describe_network_interfaces": {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Association": {"PublicIp": ip}} for ip in held.get("interface", ())]},
        "elbv2.describe_load_balancers": {"LoadBalancers": [{"LoadBalancerArn": "a", "DNSName": name} for name in held.get("balancer", ())]},
        "elb.describe_load_balancers": {"LoadBalancerDescriptions": []},
        "elasticbeanstalk.describe_applications": {"Applications": [{"ApplicationName": "shop"}]},
        "elasticbeanstalk.describe_environments": {"Environments": [{"EnvironmentName": "prod", "Status": state, "CNAME": name} for name, state in held.get("environment", {}).items()]},
    }  # fmt: skip
    wide: dict[str, dict[str, Any]] = {
        "s3.list_buckets": {"Buckets": [{"Name": name} for name in held.get("bucket", ())]},
        "cloudfront.list_distributions": {"DistributionList": {"Items": [{"Id": "E1", "DomainName": name} for name in held.get("distribution", ())]}},
    }  # fmt: skip
    records = [
        denied(name, REGION) if name == without else ok(name, REGION, answer) for name, answer in regional.items()
    ]
    records += [denied(name) if name == without else ok(name, answer=answer) for name, answer in wide.items()]
    return records


LOST, EXISTS = absent("s3.head_bucket", Bucket="www.example.com"), ok("s3.head_bucket", answer={"BucketRegion": REGION}, Bucket="www.example.com")  # fmt: skip

UNANSWERED = failed("s3.head_bucket", code="500", Bucket="www.example.com")


def zone(*records: dict[str, Any], private: bool = False, own: tuple[Record, ...] = NO_ORGANIZATION, held: list[Record] | None = None, elsewhere: tuple[str, ...] = ()) -> AccountData:  # fmt: skip
    found = {"Id": "/hostedzone/Z1", "Name": "example.com.", "Config": {"PrivateZone": private}}
    return account(
        ok("route53.list_hosted_zones", answer={"HostedZones": [found]}),
        ok("route53.list_resource_record_sets", answer={"ResourceRecordSets": list(records)}, HostedZoneId="/hostedzone/Z1"),
        ok("route53.get_hosted_zone", answer={"HostedZone": found, "DelegationSet": {"NameServers": ["ns-9.awsdns-09.com"]}}, Id="/hostedzone/Z1"),
        enabled(REGION, *elsewhere), *own, *(has() if held is None else held),
    )  # fmt: skip


MEMBERS = organization(OWN, SISTER)
CLOSED = (
    MEMBERS[0],
    ok("organizations.list_accounts", answer={"Accounts": [{"Id": OWN, "State": "ACTIVE"}, {"Id": SISTER, "State": "PENDING_CLOSURE"}]}),
)  # fmt: skip
TRUSTING = Settings(trusted_accounts=frozenset({STRANGER}))
NO_APPLICATION = ok("elasticbeanstalk.describe_applications", REGION, {"Applications": []})


def sister(*records: Record, reachable: bool = True) -> AccountData:
    """Another account of the organization, without zones of its own if `records` hold none."""
    none = ok("route53.list_hosted_zones", answer={"HostedZones": []})
    return account(none, *records, enabled(REGION), id_=SISTER, reachable=reachable)


RECORDS = [
    planted(RECORD, "an address that was released", zone(a(ELASTIC, OFFICE)), finds=(f"www.example.com/A/{ELASTIC}",)),
    planted(RECORD, "a website whose bucket is gone", zone(alias(WEBSITE), held=[*has(), LOST]), finds=("www.example.com/A/www.example.com",)),
    planted(RECORD, "a website whose bucket is gone, though a sister is not audited", zone(alias(WEBSITE), own=MEMBERS, held=[*has("s3.list_buckets"), LOST]), finds=("www.example.com/A/www.example.com",)),
    planted(RECORD, "any name below a domain leads to a bucket that nobody has", zone(alias(WEBSITE, "\\052.example.com.")), finds=("\\052.example.com/A/\\052.example.com",)),
    planted(RECORD, "the target names a bucket that exists, the record's name counts", zone(cname(f"other.{WEBSITE}"), held=[*has(bucket=("other",)), LOST]), finds=("www.example.com/CNAME/www.example.com",)),
    planted(RECORD, "a deleted load balancer", zone(alias(f"dualstack.{LOAD_BALANCER}.")), finds=(f"www.example.com/A/{LOAD_BALANCER}",)),
    planted(RECORD, "a deleted network load balancer", zone(cname("db-0123.elb.eu-central-1.amazonaws.com")), finds=("www.example.com/CNAME/db-0123.elb.eu-central-1.amazonaws.com",)),
    planted(RECORD, "a deleted distribution", zone(alias(f"{DISTRIBUTION}.")), finds=(f"www.example.com/A/{DISTRIBUTION}",)),
    planted(RECORD, "a CNAME to a distribution that may be a vendor's", zone(cname(DISTRIBUTION)), finds=(f"www.example.com/CNAME/{DISTRIBUTION}",), severity=Severity.LOW),
    planted(RECORD, "a deleted environment", zone(cname(BEANSTALK), held=has(environment={"other.eu-central-1.elasticbeanstalk.com": "Ready"})), finds=(f"www.example.com/CNAME/{BEANSTALK}",)),
    planted(RECORD, "an environment that is terminated", zone(alias(f"{BEANSTALK}."), held=has(environment={BEANSTALK: "Terminated"})), finds=(f"www.example.com/A/{BEANSTALK}",)),
    planted(RECORD, "an environment where there is no application", zone(cname(BEANSTALK), held=[*(r for r in has() if r.name != "elasticbeanstalk.describe_environments"), NO_APPLICATION]), finds=(f"www.example.com/CNAME/{BEANSTALK}",)),
    hardened(RECORD, "an own environment, in other letters", zone(cname(BEANSTALK.upper()), held=has(environment={BEANSTALK: "Ready"}))),
    hardened(RECORD, "a sister's environment", (zone(alias(BEANSTALK), own=MEMBERS), sister(*has(environment={BEANSTALK: "Updating"})))),
    unreadable(RECORD, "environments denied", zone(cname(BEANSTALK), held=has("elasticbeanstalk.describe_environments"))),
    unreadable(RECORD, "applications denied", zone(cname(BEANSTALK), held=[r for r in has("elasticbeanstalk.describe_applications") if r.name != "elasticbeanstalk.describe_environments"])),
    unreadable(RECORD, "a trusted account that is not audited may have it", zone(a(ELASTIC)), settings=TRUSTING),
    planted(RECORD, "nothing runs in a closed account", zone(a(ELASTIC), own=CLOSED), finds=(f"www.example.com/A/{ELASTIC}",)),
    planted(RECORD, "in an organization of which all are audited", (zone(a(ELASTIC), own=MEMBERS), sister(*has())), finds=(f"www.example.com/A/{ELASTIC}",)),
    hardened(RECORD, "an Elastic IP address", zone(a(ELASTIC), held=has(elastic=(ELASTIC,)))),
    hardened(RECORD, "the address of an interface", zone(a(ELASTIC), held=has(interface=(ELASTIC,)))),
    hardened(RECORD, "a sister's address", (zone(a(ELASTIC), own=MEMBERS), sister(*has(elastic=(ELASTIC,))))),
    hardened(RECORD, "an address that is not EC2's", zone(a(OFFICE))),
    hardened(RECORD, "a bucket of the record's name", zone(alias(WEBSITE), held=has(bucket=("www.example.com",)))),
    hardened(RECORD, "somebody else's bucket", zone(alias(WEBSITE), held=[*has(), EXISTS])),
    hardened(RECORD, "a bucket of the record's name, of which S3 was not asked", zone(alias(WEBSITE), held=[*has(bucket=("www.example.com",)), UNANSWERED])),
    hardened(RECORD, "a name that is no bucket's", zone(alias(WEBSITE, "_www.example.com."))),
    hardened(RECORD, "an own load balancer, in other letters", zone(alias(f"dualstack.{LOAD_BALANCER.upper()}."), held=has(balancer=(LOAD_BALANCER,)))),
    hardened(RECORD, "an own distribution", zone(alias(f"{DISTRIBUTION}."), held=has(distribution=(DISTRIBUTION,)))),
    hardened(RECORD, "a private zone", zone(a(ELASTIC), private=True)),
    hardened(RECORD, "somebody else's host", zone(cname("example.net"))),
    hardened(RECORD, "a record that sends nobody there", zone(cname(DISTRIBUTION) | {"Type": "PTR"})),
    hardened(RECORD, "a bucket that only its account can make", zone(alias(WEBSITE, f"www-{OWN}-{REGION}-an."))),
    hardened(RECORD, "all is owned, though a sister is not audited", zone(a(ELASTIC), own=MEMBERS, held=has(elastic=(ELASTIC,)))),
    unreadable(RECORD, "a sister that is not audited may have it", zone(a(ELASTIC), own=MEMBERS)),
    unreadable(RECORD, "a sister that cannot be reached may have it", (zone(a(ELASTIC), own=MEMBERS), sister(reachable=False))),
    unreadable(RECORD, "a sister whose interfaces are unread may have it", (zone(a(ELASTIC), own=MEMBERS), sister(*has("ec2.describe_network_interfaces")))),
    unreadable(RECORD, "the organization is unread", zone(a(ELASTIC), own=())),
    unreadable(RECORD, "a region that is not audited may have it", zone(a(ELASTIC), elsewhere=("eu-west-1",))),
    unreadable(RECORD, "S3 gave no answer", zone(alias(WEBSITE), held=[*has(), UNANSWERED])),
    unreadable(RECORD, "a website of another partition", zone(alias("s3-website.cn-north-1.amazonaws.com.cn."), held=[*has(), LOST])),
    unreadable(RECORD, "zones denied", account(denied("route53.list_hosted_zones"))),
    unreadable(RECORD, "not this zone's turn", account(*NO_ORGANIZATION, ok("route53.list_hosted_zones", answer={"HostedZones": [{"Id": "/hostedzone/Z1", "Name": "example.com."}]}))),
]  # fmt: skip


def team(*servers: str, without: bool = False) -> list[Record]:
    """The zone of the subdomain in a sister account."""
    found = {"Id": "/hostedzone/Z2", "Name": "team.example.com.", "Config": {"PrivateZone": False}}
    answer = {"HostedZone": found, "DelegationSet": {"NameServers": [server.rstrip(".") for server in servers]}}
    read = denied("route53.get_hosted_zone", Id="/hostedzone/Z2") if without else ok("route53.get_hosted_zone", answer=answer, Id="/hostedzone/Z2")  # fmt: skip
    records = ok("route53.list_resource_record_sets", answer={"ResourceRecordSets": []}, HostedZoneId="/hostedzone/Z2")
    if without:
        records = denied("route53.list_resource_record_sets", HostedZoneId="/hostedzone/Z2")
    return [ok("route53.list_hosted_zones", answer={"HostedZones": [found]}), read, records]


def unasked(name: str, *, private: bool = False) -> list[Record]:
    """A zone in a sister account whose name servers are denied."""
    found = {"Id": "/hostedzone/Z2", "Name": name, "Config": {"PrivateZone": private}}
    return [
        ok("route53.list_hosted_zones", answer={"HostedZones": [found]}),
        denied("route53.get_hosted_zone", Id="/hostedzone/Z2"),
        ok("route53.list_resource_record_sets", answer={"ResourceRecordSets": []}, HostedZoneId="/hostedzone/Z2"),
    ]


APEX = ns("ns-9.awsdns-09.com.", name="example.com.")
DELEGATIONS = [
    planted(DELEGATION, "nobody has the zone", zone(APEX, ns(*NS)), finds=("team.example.com",)),
    planted(DELEGATION, "the zone was made anew, with other name servers", (zone(ns(*NS), own=MEMBERS), sister(*team("ns-7.awsdns-07.com"))), finds=("team.example.com",)),
    planted(DELEGATION, "one of four is not ours", (zone(ns(*NS), own=MEMBERS), sister(*team(*NS[:3]))), finds=("team.example.com",)),
    planted(DELEGATION, "another zone's name servers are unread", (zone(ns(*NS), own=MEMBERS), sister(*unasked("shop.example.com."))), finds=("team.example.com",)),
    planted(DELEGATION, "a private zone of that name, which serves nobody", (zone(ns(*NS), own=MEMBERS), sister(*unasked("team.example.com.", private=True))), finds=("team.example.com",)),
    hardened(DELEGATION, "to a sister's zone", (zone(APEX, ns(*NS), own=MEMBERS), sister(*team(*NS)))),
    hardened(DELEGATION, "to another provider", zone(ns("ns1.example.net."))),
    hardened(DELEGATION, "a name server's name, but no delegation", zone(cname(NS[0]))),
    hardened(DELEGATION, "the apex, though with name servers of another set", zone(ns(*NS, name="example.com."))),
    hardened(DELEGATION, "a private zone", zone(ns(*NS), private=True)),
    unreadable(DELEGATION, "a trusted account that is not audited may have the zone", zone(ns(*NS)), settings=TRUSTING),
    planted(DELEGATION, "a closed account answers for no zone", zone(ns(*NS), own=CLOSED), finds=("team.example.com",)),
    unreadable(DELEGATION, "a sister that is not audited may have the zone", zone(ns(*NS), own=MEMBERS)),
    unreadable(DELEGATION, "a sister's zones are unread", (zone(ns(*NS), own=MEMBERS), sister(denied("route53.list_hosted_zones")))),
    unreadable(DELEGATION, "the zone's name servers are unread", (zone(ns(*NS), own=MEMBERS), sister(*team(without=True)))),
    unreadable(DELEGATION, "the organization is unread", zone(ns(*NS), own=())),
    unreadable(DELEGATION, "zones denied", account(denied("route53.list_hosted_zones"))),
]  # fmt: skip

DANGLING_CASES = [*RECORDS, *DELEGATIONS]
