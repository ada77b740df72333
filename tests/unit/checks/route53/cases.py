"""What the checks of Route 53 find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    account,
    denied,
    ok,
    organization,
)
from tests.unit.checks.route53.dangling import DANGLING_CASES
from tests.unit.checks.shapes import hardened, planted, unreadable

FOREIGN, IN_VPC = "ROUTE53_FOREIGN_ZONE", "ROUTE53_VPC_ZONE_FOREIGN"
BY_VPC, ASKED = "route53.list_hosted_zones_by_vpc", {"VPCId": "vpc-1", "VPCRegion": REGION}
OURS = Settings(domains=frozenset({"example.com", "Example.ORG."}))


def zone(name: str, private: bool = False) -> AccountData:
    found = {"Id": "/hostedzone/Z1", "Name": name, "Config": {"PrivateZone": private}}
    return account(ok("route53.list_hosted_zones", answer={"HostedZones": [found]}))


def vpc(**more: Any) -> Record:
    return ok("ec2.describe_vpcs", REGION, {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": OWN, **more}]})


def zone_of(owner: str, id_: str = "Z1") -> dict[str, Any]:
    return {"HostedZoneId": id_, "Name": "internal.example.", "Owner": {"OwningAccount": owner}}


def in_vpc(*zones: dict[str, Any], extra: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    """The VPC, and the zones that it is associated with."""
    return (*extra, vpc(), ok(BY_VPC, answer={"HostedZoneSummaries": list(zones)}, **ASKED))


UNLISTED = (organization(OWN)[0], denied("organizations.list_accounts"))

CASES: list[Case] = [
    planted(FOREIGN, "somebody else's domain", zone("example.net."), settings=OURS),
    planted(FOREIGN, "a look-alike that ends in ours", zone("badexample.com."), settings=OURS),
    planted(FOREIGN, "ours in front of another", zone("example.com.evil.test."), settings=OURS),
    hardened(FOREIGN, "ours", zone("example.com."), settings=OURS),
    hardened(FOREIGN, "below ours, in other letters", zone("Dev.EXAMPLE.org."), settings=OURS),
    hardened(FOREIGN, "a private zone", zone("cluster.local.", private=True), settings=OURS),
    hardened(FOREIGN, "no domain is said to be ours", zone("example.net.")),
    unreadable(FOREIGN, "denied", account(denied("route53.list_hosted_zones")), settings=OURS),
    planted(IN_VPC, "a stranger's zone", in_vpc(zone_of(STRANGER)), finds=("Z1",)),
    planted(IN_VPC, "two of his", in_vpc(zone_of(STRANGER), zone_of(STRANGER, "Z2")), finds=("Z1", "Z2")),
    hardened(IN_VPC, "our own", in_vpc(zone_of(OWN))),
    hardened(IN_VPC, "of the organization", in_vpc(zone_of(SISTER), extra=organization(OWN, SISTER))),
    hardened(
        IN_VPC,
        "of a trusted account",
        in_vpc(zone_of(STRANGER)),
        settings=Settings(trusted_accounts=frozenset({STRANGER})),
    ),
    hardened(
        IN_VPC,
        "of a service of AWS",
        in_vpc({"HostedZoneId": "Z1", "Name": "fs-1.efs.example.", "Owner": {"OwningService": "efs.amazonaws.com"}}),
    ),
    hardened(IN_VPC, "a VPC that another account shares: its owner is asked", (*NO_ORGANIZATION, vpc(OwnerId=SISTER))),
    unreadable(IN_VPC, "the zones were denied", (*NO_ORGANIZATION, vpc(), denied(BY_VPC, **ASKED))),
    unreadable(IN_VPC, "the VPCs were denied", (*NO_ORGANIZATION, denied("ec2.describe_vpcs", REGION))),
    unreadable(IN_VPC, "the organization's accounts were denied", in_vpc(zone_of(SISTER), extra=UNLISTED)),
    unreadable(IN_VPC, "an owner that is not said", in_vpc({"HostedZoneId": "Z1", "Name": "x.", "Owner": {}})),
    *DANGLING_CASES,
]
