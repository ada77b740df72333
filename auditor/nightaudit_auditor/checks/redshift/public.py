"""Warehouses that the Internet can connect to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.network import NETWORK_OPERATIONS
from nightaudit_auditor.checks.endpoints import Endpoint, reachable_results, verdict
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Context, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

CLUSTERS: Final = "redshift.describe_clusters"
SUBNET_GROUPS: Final = "redshift.describe_cluster_subnet_groups"
WORKGROUPS: Final = "redshift-serverless.list_workgroups"
SUBNETS: Final = "ec2.describe_subnets"
_DUAL: Final = "dualstack"
_RISK = "A password is all that is left between the Internet and the data, and every flaw of the login is exposed."


def _cluster(data: AccountData, region: str, item: Item) -> Resource:
    name = item["ClusterIdentifier"]
    arn = build_arn(data.account, "redshift", region, f"cluster:{name}")
    return Resource(arn, "AWS::Redshift::Cluster", name, region, tags(item.get("Tags")), dict(item))


def _workgroup(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(
        item["workgroupArn"], "AWS::RedshiftServerless::Workgroup", item["workgroupName"], region, data=dict(item)
    )


CLUSTER = regional_kind("AWS::Redshift::Cluster", (CLUSTERS, lambda answer: answer.get("Clusters", []), _cluster))
WORKGROUP = regional_kind(
    "AWS::RedshiftServerless::Workgroup", (WORKGROUPS, lambda answer: answer.get("workgroups", []), _workgroup)
)


@check(
    "REDSHIFT_PUBLIC",
    kind=CLUSTER,
    needs=(SUBNET_GROUPS, *NETWORK_OPERATIONS),
    title="Warehouse can be connected to from the Internet",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk=_RISK,
    remediation="Console: Redshift > Clusters > the cluster > Actions > Modify publicly accessible setting. CLI: aws redshift "
    "modify-cluster --cluster-identifier NAME --no-publicly-accessible. Close the port in the security group named in the evidence.",
    terraform='resource "aws_redshift_cluster" "events" {\n  publicly_accessible = false\n}',
    parameters=("expect.knownCIDRs",),
    compliance=("AWS-FSBP:Redshift.1",),
    aliases=("REDSHIFT_PUBLIC_IP",),
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html",),
)
def public(resource: Resource, context: Context) -> Iterator[Result]:
    """The cluster is publicly accessible, and from one of the subnets of its group the Internet can connect to its port: the route,
    the network ACL and the security groups let it in."""
    cluster = resource.data
    accessible = cluster.get("PubliclyAccessible")
    if accessible is None:
        yield Unknown("the cluster does not say whether it is publicly accessible", CLUSTERS)
    if not accessible:
        return
    groups = (context.data.answer(SUBNET_GROUPS, resource.region) or {}).get("ClusterSubnetGroups", [])
    own: dict[str, Any] = next(
        (g for g in groups if g.get("ClusterSubnetGroupName") == cluster.get("ClusterSubnetGroupName")), {}
    )
    listener = cluster.get("Endpoint") or {}
    endpoint = Endpoint(
        name=resource.name,
        port=listener.get("Port") or 0,
        vpc=cluster.get("VpcId") or own.get("VpcId", ""),
        subnets=tuple(subnet["SubnetIdentifier"] for subnet in own.get("Subnets") or []),
        groups=tuple(sorted(group["VpcSecurityGroupId"] for group in cluster.get("VpcSecurityGroups") or [])),
        described=SUBNET_GROUPS,
        address=listener.get("Address") or "",
        dual=cluster.get("IpAddressType") == _DUAL,
    )
    yield from reachable_results(verdict(endpoint, resource.region, context))


@check(
    "REDSHIFT_SERVERLESS_PUBLIC",
    kind=WORKGROUP,
    needs=(SUBNETS, *NETWORK_OPERATIONS),
    title="Serverless warehouse can be connected to from the Internet",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk=_RISK,
    remediation="Console: Redshift Serverless > Workgroup configuration > the workgroup > Data access > Network and security > Edit: turn "
    "off publicly accessible. CLI: aws redshift-serverless update-workgroup --workgroup-name NAME --no-publicly-accessible. Close "
    "the port in the security group named in the evidence.",
    terraform='resource "aws_redshiftserverless_workgroup" "events" {\n  publicly_accessible = false\n}',
    parameters=("expect.knownCIDRs",),
    compliance=("AWS-FSBP:RedshiftServerless.3",),
    references=("https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-connecting.html",),
)
def serverless_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The workgroup is publicly accessible, and from one of its subnets the Internet can connect to its port: the route, the
    network ACL and the security groups let it in."""
    workgroup = resource.data
    accessible = workgroup.get("publiclyAccessible")
    if accessible is None:
        yield Unknown("the workgroup does not say whether it is publicly accessible", WORKGROUPS)
    if not accessible:
        return
    own = workgroup.get("subnetIds") or []
    listed = (context.data.answer(SUBNETS, resource.region) or {}).get("Subnets", [])
    vpc = next((subnet["VpcId"] for subnet in listed if subnet.get("SubnetId") in own), "")
    if own and not vpc:
        yield Unknown("its subnets are not among those of the account", SUBNETS)
        return
    listener = workgroup.get("endpoint") or {}
    endpoint = Endpoint(
        name=resource.name,
        port=listener.get("port") or workgroup.get("port") or 0,
        vpc=vpc,
        subnets=tuple(own),
        groups=tuple(sorted(workgroup.get("securityGroupIds") or [])),
        described=WORKGROUPS,
        address=listener.get("address") or "",
        dual=workgroup.get("ipAddressType") == _DUAL,
    )
    yield from reachable_results(verdict(endpoint, resource.region, context))
