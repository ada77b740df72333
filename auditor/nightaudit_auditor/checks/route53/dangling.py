"""Records and delegations that point at what nobody of the organization holds any more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any, Final

from nightaudit_auditor.aws import owned
from nightaudit_auditor.checks.foreign import TRUST, TRUSTED
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.route53.zones import HOSTED_ZONE, domain
from nightaudit_auditor.collect.bucket_names import bucket_behind
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

RECORDS: Final = "route53.list_resource_record_sets"
_ORGANIZATION: Final = (*TRUST, "ec2.describe_regions")
_BALANCER: Final = re.compile(r"(?:dualstack\.|ipv6\.)?(?P<name>.+\.elb(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?)")
_ANY_NAME: Final = "\\052."
"""How Route 53 writes the asterisk of a record for all names below a domain."""
_BEANSTALK: Final = (".elasticbeanstalk.com", ".elasticbeanstalk.com.cn")
_AWS_NAME_SERVER: Final = re.compile(r"ns-\d+\.awsdns-(?:cn-)?\d+\.(?:com|net|org|co\.uk|biz|cn)")


@dataclass(frozen=True)
class _What:
    """A sort of target: what it is called, and the operations that tell who has it."""

    name: str
    regional: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()


_ADDRESS: Final = _What("address of EC2", regional=(owned.ADDRESSES, owned.INTERFACES))
_BUCKET: Final = _What("bucket", wide=(owned.BUCKETS, owned.EXISTENCE))
_LOAD_BALANCER: Final = _What("load balancer", regional=(owned.BALANCERS, owned.CLASSIC_BALANCERS))
_DISTRIBUTION: Final = _What("distribution", wide=(owned.DISTRIBUTIONS,))
_ENVIRONMENT: Final = _What("Elastic Beanstalk environment", regional=(owned.APPLICATIONS, owned.ENVIRONMENTS))
_SORTS: Final = (_ADDRESS, _BUCKET, _LOAD_BALANCER, _DISTRIBUTION, _ENVIRONMENT)


@check(
    "ROUTE53_DANGLING_RECORD",
    kind=HOSTED_ZONE,
    scope=Scope.ORGANIZATION,
    needs=(RECORDS, *_ORGANIZATION, *(name for sort in _SORTS for name in (*sort.regional, *sort.wide))),
    title="DNS record points at something that nobody of the organization has",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever gets the address or the name next answers under your domain: with your certificate authority's blessing, your "
    "cookies and your users' trust.",
    remediation="Console: Route 53 > Hosted zones > the zone > Records: delete the record. CLI: aws route53 change-resource-record-sets "
    "--hosted-zone-id ID --change-batch file://delete.json. Delete records before what they point at, and keep an Elastic IP "
    "address until its record is gone.",
    terraform="""# One configuration makes the address and the record, so that neither outlives the other.
resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "www"
  type    = "A"
  ttl     = 300
  records = [aws_eip.www.public_ip]
}""",
    parameters=TRUSTED,
    references=(
        "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html",
    ),
)
def dangling_record(resource: Resource, context: Context) -> Iterator[Result]:
    """A record of a public zone points at an IPv4 address that EC2 gives out, a website bucket of S3, a load balancer, an
    environment of Elastic Beanstalk or a CloudFront distribution that no audited account has.

    For S3 the name of the record is the name of the bucket, whatever the target says; S3 itself is asked, without a signature,
    whether there is one, and a bucket that exists passes, whoever has it. A record for all names below a domain leads to buckets
    that anybody can create. Addresses are EC2's by a dated table of its larger networks; others are not judged. While any active
    account of the organization, a trusted account or an enabled region is not audited, that nobody has an address, a load
    balancer, an environment or a distribution is UNKNOWN. A CNAME to a distribution is Low: distributions' names are not given
    out again, a distribution answers for your name only with a certificate for it, and many vendors have their customers set
    such a CNAME. One finding for each record and target.
    """
    if (resource.data.get("Config") or {}).get("PrivateZone"):
        return
    answer = context.data.answer(RECORDS, parameters={"HostedZoneId": resource.data["Id"]}) or {}
    doubts: dict[_What, owned.Doubt | None] = {}
    for record in answer.get("ResourceRecordSets", []):
        for sort, target, host in _targets(record):
            if sort is _BUCKET:
                lost = _lost(target, host, resource, context)
                if isinstance(lost, owned.Doubt):
                    doubts[sort] = lost
                if lost is not True:
                    continue
            elif any(_has(data, sort, target) for data in context.accounts.values()):
                continue
            elif sort not in doubts:
                doubts[sort] = owned.doubt(context.accounts, context.trust, regional=sort.regional, wide=sort.wide)
            if sort is _BUCKET or doubts[sort] is None:
                name, kind = domain(record["Name"]), record["Type"]
                yield Fail(
                    f"{name} ({kind}) points at the {sort.name} {target}, which no audited account has",
                    f"{name}/{kind}/{target}",
                    {"record": name, "type": kind, "target": target, "setIdentifier": record.get("SetIdentifier", "")},
                    Severity.LOW if sort is _DISTRIBUTION and kind == "CNAME" else None,
                )
    for sort, doubt in doubts.items():
        if doubt is not None:
            yield Unknown(f"a record points at a {sort.name} whose owner is not known: {doubt.reason}", doubt.operation)
            return


def _lost(bucket: str, host: str, resource: Resource, context: Context) -> bool | owned.Doubt:
    """Whether nobody has a bucket, or why that is not known."""
    if bucket.startswith(_ANY_NAME):
        return True
    try:
        return owned.is_lost(bucket, context.data, context.accounts, host=host, partition=resource.arn.split(":")[1])
    except Unreadable as problem:
        return owned.Doubt(str(problem), problem.operation)


def _targets(record: Mapping[str, Any]) -> Iterator[tuple[_What, str, str]]:
    """(sort, what it must be called, the host or address that leads there)."""
    values = [item["Value"] for item in record.get("ResourceRecords", [])]
    if record["Type"] == "A":
        for value in values:
            if int(IPv4Address(value)) in owned.EC2_ADDRESSES:
                yield _ADDRESS, value, value
    alias = (record.get("AliasTarget") or {}).get("DNSName")
    for value in (alias,) if alias else values if record["Type"] == "CNAME" else ():
        host = domain(value)
        if bucket := bucket_behind(record["Name"], host):
            yield _BUCKET, bucket, host
        elif found := _BALANCER.fullmatch(host):
            yield _LOAD_BALANCER, found["name"], host
        elif host.endswith(_BEANSTALK):
            yield _ENVIRONMENT, host, host
        elif host.endswith(".cloudfront.net"):
            yield _DISTRIBUTION, host, host


def _has(data: AccountData, sort: _What, target: str) -> bool:
    if sort is _ADDRESS:
        return target in owned.public_addresses(data)
    if sort is _ENVIRONMENT:
        return target in owned.environments(data)
    return target in owned.hosts(data)


@check(
    "ROUTE53_DANGLING_DELEGATION",
    kind=HOSTED_ZONE,
    scope=Scope.ORGANIZATION,
    needs=(RECORDS, owned.ZONES, owned.ZONE, *_ORGANIZATION),
    title="Subdomain is delegated to name servers that serve no zone of the organization",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever creates a zone of that name until he is given one of these name servers owns the subdomain and all below it.",
    remediation="Console: Route 53 > Hosted zones > the zone > Records: delete the NS record, or give it the name servers of the zone "
    "that you have. CLI: aws route53 change-resource-record-sets --hosted-zone-id ID --change-batch file://delete.json.",
    terraform="""resource "aws_route53_record" "delegation" {
  zone_id = aws_route53_zone.main.zone_id
  name    = aws_route53_zone.team.name
  type    = "NS"
  ttl     = 300
  records = aws_route53_zone.team.name_servers
}""",
    parameters=TRUSTED,
    references=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html",),
)
def dangling_delegation(resource: Resource, context: Context) -> Iterator[Result]:
    """An NS record below the apex of a public zone names Route 53's name servers, of which some serve no public zone of that name
    in any audited account.

    While any active account of the organization, or a trusted one, is not audited, that nobody has the zone is UNKNOWN. One
    finding for each delegated name.
    """
    if (resource.data.get("Config") or {}).get("PrivateZone"):
        return
    answer = context.data.answer(RECORDS, parameters={"HostedZoneId": resource.data["Id"]}) or {}
    unsure: owned.Doubt | None = None
    for record in answer.get("ResourceRecordSets", []):
        name = domain(record["Name"])
        if record["Type"] != "NS" or name == resource.name:
            continue
        servers = [domain(item["Value"]) for item in record.get("ResourceRecords", [])]
        ours = [server for server in servers if _AWS_NAME_SERVER.fullmatch(server)]
        known = {pair for data in context.accounts.values() for pair in owned.name_servers(data)}
        strange = [server for server in ours if (name, server) not in known]
        if not strange:
            continue
        doubt = owned.doubt(context.accounts, context.trust, wide=(owned.ZONES,)) or _unread_zone(name, context)
        if doubt is None:
            evidence = {"record": name, "nameServers": strange}
            yield Fail(f"{name} is delegated to {', '.join(strange)}, which serve no zone of ours", name, evidence)
        unsure = unsure or doubt
    if unsure is not None:
        yield Unknown(f"whether a delegated zone exists is not known: {unsure.reason}", unsure.operation)


def _unread_zone(name: str, context: Context) -> owned.Doubt | None:
    """Why the name servers of an own zone of that name are not known."""
    for data in context.accounts.values():
        for zone in (data.answer(owned.ZONES) or {}).get("HostedZones", []):
            if domain(zone["Name"]) == name and not (zone.get("Config") or {}).get("PrivateZone"):
                try:
                    data.answer(owned.ZONE, parameters={"Id": zone["Id"]})
                except Unreadable as problem:
                    return owned.Doubt(str(problem), owned.ZONE)
                except Gone:
                    continue
    return None
