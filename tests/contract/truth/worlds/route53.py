"""Route 53: zones that are not ours, and names that lead to what somebody else may take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.aws import facts
from demo.aws.seeding.network import Region
from demo.aws.seeding.s3 import bucket
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place
from tests.contract.truth.worlds import cloudfront

LACKS = {"ROUTE53_VPC_ZONE_FOREIGN": "moto lists of a VPC only the zones of the account that asks"}
FOREIGN, RECORD, DELEGATION = "ROUTE53_FOREIGN_ZONE", "ROUTE53_DANGLING_RECORD", "ROUTE53_DANGLING_DELEGATION"
RELEASED, OWN, SISTERS = "52.29.1.2", "52.29.1.3", "52.29.1.4"
"""Addresses that EC2 gives out: moto gives them to those alone who ask for them."""
OFFICE = "203.0.113.7"
"""An address of documentation, which EC2 never gives out."""
WEBSITE = "s3-website.eu-central-1.amazonaws.com"
WEBSITE_ZONE, BALANCER_ZONE, DISTRIBUTION_ZONE = "Z21DNDUVLTQW6Q", "Z215JYRZR1TBD5", "Z2FDTNDATAQYW2"
"""Ids of AWS's own zones, which an alias names."""
ELSEWHERE = ["ns-1.awsdns-01.com.", "ns-2.awsdns-02.net."]
"""Name servers that moto gives to no zone."""


def plant(at: Place) -> None:
    """A zone for each record that must be found, and one for all that must not."""
    _zones(at)
    _gone(at)
    _owned(at)
    _delegations(at)


def _zones(at: Place) -> None:
    at.finds(FOREIGN, _zone(at, "badexample.com"), _zone(at, "example.com.evil.test"), region=GLOBAL)
    at.passes(FOREIGN, _zone(at, "Dev.Example.com"), _private(at, "cluster.local"), region=GLOBAL)


def _gone(at: Place) -> None:
    targets = {
        "address": _a("address", RELEASED, OFFICE),
        "website": _alias("website", WEBSITE, WEBSITE_ZONE),
        "other-bucket": _cname("other-bucket", f"{cloudfront.OWN_BUCKET}.{WEBSITE}"),
        "balancer": _alias("balancer", "dualstack.gone-1.eu-central-1.elb.amazonaws.com", BALANCER_ZONE),
        "distribution": _alias("distribution", "d111111abcdef8.cloudfront.net", DISTRIBUTION_ZONE),
        "vendors": _cname("vendors", "d222222abcdef8.cloudfront.net"),
        "environment": _cname("environment", "gone.eu-central-1.elasticbeanstalk.com"),
    }
    for name, record in targets.items():
        at.finds(RECORD, _zone(at, f"{name}.example.com", record), region=GLOBAL)


def _owned(at: Place) -> None:
    """Of the account's own, of a sister's, and of those who are nobody's to take."""
    at.client("ec2").allocate_address(Domain="vpc", Address=OWN)
    at.client("ec2", twin=True).allocate_address(Domain="vpc", Address=SISTERS)
    bucket(at.cloud, at.problems, "pages.owned.example.com")
    bucket(at.cloud, at.twins, "sisters-pages.owned.example.com")
    bucket(at.cloud, at.former, "strangers-pages.owned.example.com")
    here = Region(at.cloud, at.problems)
    network = here.vpc("named", "10.74.0.0/16", {"private-a": "10.74.1.0/24", "private-b": "10.74.2.0/24"})
    balancer = at.client("elbv2").create_load_balancer(
        Name="named", Subnets=[network.subnets["private-a"], network.subnets["private-b"]], Scheme="internal"
    )["LoadBalancers"][0]["DNSName"]
    served = cloudfront.made(at, "named")["DomainName"]
    sisters = cloudfront.made(at, "named", twin=True)["DomainName"]
    owned = _zone(
        at, "owned.example.com",
        _a("own.owned", OWN, OFFICE), _a("sisters.owned", SISTERS),
        _alias("pages.owned", WEBSITE, WEBSITE_ZONE), _cname("sisters-pages.owned", f"another-name.{WEBSITE}"),
        _cname("strangers-pages.owned", f"another-name.{WEBSITE}"),
        _alias("balancer.owned", f"dualstack.{balancer}", BALANCER_ZONE),
        _alias("served.owned", served, DISTRIBUTION_ZONE), _cname("sisters-served.owned", sisters),
        _cname("elsewhere.owned", "example.net"),
    )  # fmt: skip
    at.passes(RECORD, owned, _private(at, "inside.example.com", _a("db.inside", RELEASED)), region=GLOBAL)


def _delegations(at: Place) -> None:
    """A sister has one of the subdomains, and of another one a zone with other name servers."""
    servers = _servers(at, _zone(at, "team.delegates.example.com", twin=True))
    _zone(at, "renewed.renews.example.com", twin=True)
    at.finds(
        DELEGATION,
        _zone(at, "lost.example.com", _ns("team.lost", ELSEWHERE)),
        _zone(at, "renews.example.com", _ns("renewed.renews", ELSEWHERE)),
        _zone(at, "half.example.com", _ns("team.half", [*servers[:1], *ELSEWHERE])),
        region=GLOBAL,
    )
    at.passes(
        DELEGATION,
        _zone(at, "delegates.example.com", _ns("team.delegates", servers)),
        _zone(at, "provider.example.com", _ns("team.provider", ["ns1.example.net.", "ns2.example.net."])),
        _private(at, "private.example.com", _ns("team.private", ELSEWHERE)),
        region=GLOBAL,
    )


def _zone(at: Place, name: str, *records: dict[str, Any], twin: bool = False, **more: Any) -> str:
    """A public zone with these records; its ARN."""
    client = at.client("route53", twin=twin)
    made = client.create_hosted_zone(Name=name, CallerReference=f"{name}-{twin}", **more)["HostedZone"]["Id"]
    if records:
        changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
        client.change_resource_record_sets(HostedZoneId=made, ChangeBatch={"Changes": changes})
    return f"arn:aws:route53:::hostedzone/{made.rpartition('/')[2]}"


def _private(at: Place, name: str, *records: dict[str, Any]) -> str:
    vpc = {"VPCRegion": facts.HOME_REGION, "VPCId": Region(at.cloud, at.problems).vpc("inside", "10.75.0.0/16", {}).id}
    return _zone(at, name, *records, VPC=vpc, HostedZoneConfig={"PrivateZone": True})


def _servers(at: Place, arn: str) -> list[str]:
    answer = at.client("route53", twin=True).get_hosted_zone(Id=arn.rpartition("/")[2])
    return [f"{server}." for server in answer["DelegationSet"]["NameServers"]]


def _record(name: str, type_: str, values: Sequence[str]) -> dict[str, Any]:
    listed = [{"Value": value} for value in values]
    return {"Name": f"{name}.example.com", "Type": type_, "TTL": 300, "ResourceRecords": listed}


def _a(name: str, *addresses: str) -> dict[str, Any]:
    return _record(name, "A", addresses)


def _cname(name: str, host: str) -> dict[str, Any]:
    return _record(name, "CNAME", [host])


def _ns(name: str, servers: Sequence[str]) -> dict[str, Any]:
    return _record(name, "NS", servers)


def _alias(name: str, host: str, zone: str) -> dict[str, Any]:
    target = {"HostedZoneId": zone, "DNSName": host, "EvaluateTargetHealth": False}
    return {"Name": f"{name}.example.com", "Type": "A", "AliasTarget": target}
