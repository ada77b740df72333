"""Databases that the Internet can connect to, and those that only a rule elsewhere keeps away from it."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.network import NETWORK_OPERATIONS
from nightaudit_auditor.checks.endpoints import Endpoint, Verdict, reachable_results, verdict
from nightaudit_auditor.checks.rds.kinds import DB_CLUSTERS, DB_INSTANCE, DB_INSTANCES
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_HIDING = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"
_HIDE = (
    "Console: RDS > Databases > the database > Modify > Connectivity > Not publicly accessible. CLI: aws rds "
    "modify-db-instance --db-instance-identifier NAME --no-publicly-accessible --apply-immediately. "
)


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
    terraform="""resource "aws_db_instance" "orders" {
  publicly_accessible    = false
  vpc_security_group_ids = [aws_security_group.db.id]
}""",
    parameters=("expect.knownCIDRs",),
    compliance=(
        "CIS-AWS-3.0:2.3.3",
        "CIS-AWS-4.0:2.2.3",
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
    flag = resource.data.get("PubliclyAccessible")
    if flag is None:
        yield Unknown("the instance does not say whether it is publicly accessible", DB_INSTANCES)
    elif flag:
        yield from reachable_results(_verdict(resource, context))
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
    parameters=("expect.knownCIDRs",),
    compliance=(
        "CIS-AWS-3.0:2.3.3",
        "CIS-AWS-4.0:2.2.3",
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
        found = _verdict(resource, context)
        if found.open:
            return
        if found.reason:
            yield Fail(f"PubliclyAccessible is set; whether the Internet can connect is not known: {found.reason}")
        else:
            yield Fail("PubliclyAccessible is set; the network does not let the Internet in")


def _verdict(resource: Resource, context: Context) -> Verdict:
    instance = resource.data
    subnets = instance.get("DBSubnetGroup") or {}
    listener = instance.get("Endpoint") or {}
    endpoint = Endpoint(
        name=instance["DBInstanceIdentifier"],
        port=listener.get("Port") or instance.get("DbInstancePort") or 0,
        vpc=subnets.get("VpcId", ""),
        subnets=tuple(subnet["SubnetIdentifier"] for subnet in subnets.get("Subnets") or []),
        groups=tuple(sorted(group["VpcSecurityGroupId"] for group in instance.get("VpcSecurityGroups") or [])),
        described=DB_INSTANCES,
        address=listener.get("Address") or "",
        # In dual-stack mode it has an IPv6 endpoint as well, public too (RDS User Guide, "Dual-stack mode").
        dual=instance.get("NetworkType") == "DUAL",
    )
    return verdict(endpoint, resource.region, context)


def _has_gateway(resource: Resource, context: Context) -> bool:
    cluster = resource.data.get("DBClusterIdentifier")
    if resource.data.get("Engine") != "aurora-postgresql":
        return False
    clusters = (context.data.answer(DB_CLUSTERS, resource.region) or {}).get("DBClusters", [])
    return any(
        found.get("DBClusterIdentifier") == cluster and found.get("InternetAccessGatewayEnabled") for found in clusters
    )
