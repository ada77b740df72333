"""Databases that the Internet can connect to, and those that only a rule elsewhere keeps away from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.aws.network import NETWORK_OPERATIONS, Interface, Reach, internet_ports, network_of
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family, addresses
from nightaudit_auditor.checks.rds.kinds import DB_CLUSTERS, DB_INSTANCE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_HIDING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
_NAMES: Final[Mapping[Family, str]] = {"ipv4": "IPv4", "ipv6": "IPv6"}
_HIDE = (
    "Console: RDS > Databases > the database > Modify > Connectivity > Not publicly accessible. CLI: aws rds "
    "modify-db-instance --db-instance-identifier NAME --no-publicly-accessible --apply-immediately. "
)


@dataclass(frozen=True)
class _Verdict:
    """By which families the Internet can connect to the port, with the paths; `reason` says why there may be more."""

    port: int
    open: Mapping[Family, tuple[tuple[str, ...], ...]]
    reason: str = ""
    operation: str = ""


@check(
    "RDS_PUBLIC",
    kind=DB_INSTANCE,
    needs=(*NETWORK_OPERATIONS, DB_CLUSTERS),
    title="Database can be connected to from the Internet",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A password is all that is left between the Internet and the data, and every flaw of the engine's login is exposed.",
    remediation=_HIDE
    + "Close the port in the security group named in the evidence; for an Aurora cluster with an internet "
    "access gateway, restore it into a VPC.",
    compliance=(
        "CIS-AWS-3.0:2.3.3",
        "CIS-AWS-4.0.1:2.2.3",
        "CIS-AWS-5.0:2.2.3",
        "CIS-AWS-6.0:3.2.3",
        "CIS-AWS-7.0:3.2.3",
    ),
    aliases=("RDS_PUBLIC_IP",),
    references=(_HIDING,),
)
def public(resource: Resource, context: Context) -> Iterator[Result]:
    """The instance is publicly accessible, and from one of its subnets the Internet can connect to its port.

    Judged are the route to the Internet gateway, the network ACL and the security groups of the instance. A member of an Aurora
    cluster with an internet access gateway is on the Internet without any of these.
    """
    if resource.data.get("PubliclyAccessible"):
        verdict = _verdict(resource, context)
        for family, paths in verdict.open.items():
            detail = f"the Internet can connect to port {verdict.port} over {_NAMES[family]}"
            yield Fail(detail, f"tcp/{verdict.port}/{family}", {"paths": [list(path) for path in paths]})
        if verdict.reason:
            yield Unknown(verdict.reason, verdict.operation)
    if _has_gateway(resource, context):
        yield Fail("its cluster has an internet access gateway", "internet-access-gateway")


@check(
    "RDS_PUBLIC_FLAG",
    kind=DB_INSTANCE,
    needs=NETWORK_OPERATIONS,
    title="Database is publicly accessible, though the Internet cannot connect today",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="The database has a public address. One rule or route, changed by somebody who does not know of it, exposes it.",
    remediation=_HIDE,
    compliance=(
        "CIS-AWS-3.0:2.3.3",
        "CIS-AWS-4.0.1:2.2.3",
        "CIS-AWS-5.0:2.2.3",
        "CIS-AWS-6.0:3.2.3",
        "CIS-AWS-7.0:3.2.3",
    ),
    references=(_HIDING,),
)
def public_flag(resource: Resource, context: Context) -> Iterator[Result]:
    """The instance is publicly accessible, but its network does not let the Internet in (else see RDS_PUBLIC)."""
    flag = resource.data.get("PubliclyAccessible")
    if flag is None:
        yield Unknown("the instance does not say whether it is publicly accessible", "rds.describe_db_instances")
    elif flag:
        verdict = _verdict(resource, context)
        if verdict.open:
            return
        if verdict.reason:
            yield Fail(f"PubliclyAccessible is set; whether the Internet can connect is not known: {verdict.reason}")
        else:
            yield Fail("PubliclyAccessible is set; the network does not let the Internet in")


def _verdict(resource: Resource, context: Context) -> _Verdict:
    instance = resource.data
    port = (instance.get("Endpoint") or {}).get("Port") or instance.get("DbInstancePort") or 0
    subnets = (instance.get("DBSubnetGroup") or {}).get("Subnets") or []
    if not port or not subnets:
        reason = "the instance names no subnets" if port else "the instance has no port yet"
        return _Verdict(port, {}, reason, "rds.describe_db_instances")
    network = network_of(context.data, resource.region)
    # Of its subnets an instance uses the one it runs in today, and any of them after a failover.
    reaches = [network.reach(_interface(instance, subnet["SubnetIdentifier"])) for subnet in subnets]
    open_: dict[Family, tuple[tuple[str, ...], ...]] = {}
    unread: dict[str, None] = {}
    for family in FAMILIES:
        known = addresses(family, context.settings.known_cidrs)
        found = [reach for reach in reaches if port in internet_ports(reach.exposures, family, "tcp", known)]
        if found:
            open_[family] = tuple(path for reach in found for path in _paths(reach, family, port))
            continue
        for reach in reaches:
            if port in internet_ports(reach.possible, family, "tcp", known):
                unread.update(dict.fromkeys(reach.unread))
    if not unread:
        return _Verdict(port, open_)
    operation = next((name for name in unread if name.startswith("ec2.")), "")
    return _Verdict(port, open_, f"the path from the Internet is not wholly known: {', '.join(unread)}", operation)


def _interface(instance: Mapping[str, Any], subnet: str) -> Interface:
    """The interface that RDS gives a publicly accessible instance in one of its subnets.

    In dual-stack mode it has an IPv6 endpoint as well, public too (RDS User Guide, "Dual-stack mode").
    """
    address = (instance.get("Endpoint") or {}).get("Address") or "public address"
    dual = instance.get("NetworkType") == "DUAL"
    return Interface(
        id=instance["DBInstanceIdentifier"],
        vpc=instance["DBSubnetGroup"].get("VpcId", ""),
        subnet=subnet,
        groups=tuple(sorted(group["VpcSecurityGroupId"] for group in instance.get("VpcSecurityGroups") or [])),
        public_ipv4=(address,),
        ipv6=(address,) if dual else (),
    )


def _paths(reach: Reach, family: Family, port: int) -> Iterator[tuple[str, ...]]:
    for exposure in reach.exposures:
        if (exposure.family, exposure.protocol) == (family, "tcp") and port in exposure.ports:
            yield exposure.path


def _has_gateway(resource: Resource, context: Context) -> bool:
    cluster = resource.data.get("DBClusterIdentifier")
    if not cluster or resource.data.get("Engine") != "aurora-postgresql":
        return False
    clusters = (context.data.answer(DB_CLUSTERS, resource.region) or {}).get("DBClusters", [])
    return any(
        found.get("DBClusterIdentifier") == cluster and found.get("InternetAccessGatewayEnabled") for found in clusters
    )
