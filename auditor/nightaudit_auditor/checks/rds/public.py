"""Databases that the Internet can connect to, and those that only a rule elsewhere keeps away from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.aws.network import NETWORK_OPERATIONS, Interface, Reach, internet_ports, network_of
from nightaudit_auditor.aws.network.cidrs import addresses
from nightaudit_auditor.checks.rds.kinds import DB_CLUSTERS, DB_INSTANCE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_HIDING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
_HIDE = (
    "Console: RDS > Databases > the database > Modify > Connectivity > Not publicly accessible. CLI: aws rds "
    "modify-db-instance --db-instance-identifier NAME --no-publicly-accessible --apply-immediately. "
)


@dataclass(frozen=True)
class _Verdict:
    """Whether the Internet can connect; None if that could not be established, for the reason given."""

    open: bool | None
    port: int
    paths: tuple[tuple[str, ...], ...] = ()
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
    verdict = _verdict(resource, context) if resource.data.get("PubliclyAccessible") else None
    if verdict and verdict.open:
        detail = f"the Internet can connect to port {verdict.port}"
        yield Fail(detail, f"tcp/{verdict.port}/ipv4", {"paths": [list(path) for path in verdict.paths]})
    elif verdict and verdict.open is None:
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
        if verdict.open is None:
            yield Fail(f"PubliclyAccessible is set; whether the Internet can connect is not known: {verdict.reason}")
        elif not verdict.open:
            yield Fail("PubliclyAccessible is set; the network does not let the Internet in")


def _verdict(resource: Resource, context: Context) -> _Verdict:
    instance = resource.data
    port = (instance.get("Endpoint") or {}).get("Port") or instance.get("DbInstancePort") or 0
    if not port:
        return _Verdict(None, 0, reason="the instance has no port yet", operation="rds.describe_db_instances")
    subnets = (instance.get("DBSubnetGroup") or {}).get("Subnets") or []
    if not subnets:
        return _Verdict(None, port, reason="the instance names no subnets", operation="rds.describe_db_instances")
    network = network_of(context.data, resource.region)
    # Of its subnets an instance uses the one it runs in today, and any of them after a failover.
    reaches = [network.reach(_interface(instance, subnet["SubnetIdentifier"])) for subnet in subnets]
    known = addresses("ipv4", context.settings.known_cidrs)
    open_ = [reach for reach in reaches if port in internet_ports(reach.exposures, "ipv4", "tcp", known)]
    if open_:
        return _Verdict(True, port, tuple(path for reach in open_ for path in _paths(reach, port)))
    doubtful = [reach for reach in reaches if port in internet_ports(reach.possible, "ipv4", "tcp", known)]
    if doubtful:
        unread = list(dict.fromkeys(name for reach in doubtful for name in reach.unread))
        operation = next((name for name in unread if name.startswith("ec2.")), "")
        reason = f"the path from the Internet is not wholly known: {', '.join(unread)}"
        return _Verdict(None, port, reason=reason, operation=operation)
    return _Verdict(False, port)


def _interface(instance: Mapping[str, Any], subnet: str) -> Interface:
    """The interface that RDS gives the instance in one of its subnets: a public IPv4 address, never a public IPv6 one."""
    return Interface(
        id=instance["DBInstanceIdentifier"],
        vpc=instance["DBSubnetGroup"].get("VpcId", ""),
        subnet=subnet,
        groups=tuple(sorted(group["VpcSecurityGroupId"] for group in instance.get("VpcSecurityGroups") or [])),
        public_ipv4=((instance.get("Endpoint") or {}).get("Address") or "public address",),
    )


def _paths(reach: Reach, port: int) -> Iterator[tuple[str, ...]]:
    for exposure in reach.exposures:
        if exposure.protocol == "tcp" and port in exposure.ports:
            yield exposure.path


def _has_gateway(resource: Resource, context: Context) -> bool:
    cluster = resource.data.get("DBClusterIdentifier")
    if not cluster or resource.data.get("Engine") != "aurora-postgresql":
        return False
    clusters = (context.data.answer(DB_CLUSTERS, resource.region) or {}).get("DBClusters", [])
    return any(
        found.get("DBClusterIdentifier") == cluster and found.get("InternetAccessGatewayEnabled") for found in clusters
    )
