"""What the checks of Redshift find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.aws_network.builders import permission, route, route_table
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
from tests.unit.checks.ec2.cases import deny, hardened, planted, unreadable
from tests.unit.checks.ec2.cases import world as network
from tests.unit.checks.shapes import said

PUBLIC, SERVERLESS, SHARED = "REDSHIFT_PUBLIC", "REDSHIFT_SERVERLESS_PUBLIC", "REDSHIFT_SNAPSHOT_SHARED"
CLUSTERS, GROUPS = "redshift.describe_clusters", "redshift.describe_cluster_subnet_groups"
WORKGROUPS, SUBNETS, SNAPSHOTS = (
    "redshift-serverless.list_workgroups",
    "ec2.describe_subnets",
    "redshift.describe_cluster_snapshots",
)
OPEN = permission("tcp", 5439, 5439, "0.0.0.0/0")
PRIVATE = {"route_tables": {"RouteTables": [route_table(main=True)]}}
BOTH = {"route_tables": {"RouteTables": [route_table(route("0.0.0.0/0"), route("::/0"))]}}
SUBNET_GROUPS = ok(GROUPS, REGION, {"ClusterSubnetGroups": [
    {"ClusterSubnetGroupName": "other", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-9"}]},
    {"ClusterSubnetGroupName": "group", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
]})  # fmt: skip
OWN_SUBNETS = ok(SUBNETS, REGION, {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]})


def within(records: tuple[Record, ...], *rules: dict[str, Any], **changes: Any) -> AccountData:
    """The records, in the network of the EC2 cases, whose subnet-1 has a route to the Internet."""
    data = network(*rules, **changes)
    found = (data.record(name, REGION) for name in data.operations())
    return account(*(record for record in found if record), *records)


def cluster(
    *rules: dict[str, Any], groups: Record = SUBNET_GROUPS, changes: dict[str, Any] | None = None, **more: Any
) -> AccountData:
    found = {
        "ClusterIdentifier": "events", "PubliclyAccessible": True, "Endpoint": {"Address": "events.example", "Port": 5439},
        "VpcId": "vpc-1", "ClusterSubnetGroupName": "group", "Tags": [{"Key": "a", "Value": "b"}],
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
    }  # fmt: skip
    return within((ok(CLUSTERS, REGION, {"Clusters": [said(**found | (changes or {}))]}), groups), *rules, **more)


def workgroup(
    *rules: dict[str, Any], subnets: Record = OWN_SUBNETS, changes: dict[str, Any] | None = None, **more: Any
) -> AccountData:
    found = {
        "workgroupName": "events", "workgroupArn": f"arn:aws:redshift-serverless:{REGION}:{OWN}:workgroup/1", "publiclyAccessible": True,
        "endpoint": {"address": "events.example", "port": 5439}, "subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"],
    }  # fmt: skip
    return within((ok(WORKGROUPS, REGION, {"workgroups": [said(**found | (changes or {}))]}), subnets), *rules, **more)


def snapshot(*accounts: dict[str, str], more: tuple[Record, ...] = NO_ORGANIZATION) -> AccountData:
    found = {
        "SnapshotIdentifier": "s", "ClusterIdentifier": "events", "SnapshotArn": f"arn:aws:redshift:{REGION}:{OWN}:snapshot:events/s",
        "AccountsWithRestoreAccess": list(accounts),
    }  # fmt: skip
    return account(ok(SNAPSHOTS, REGION, {"Snapshots": [found]}), *more)


IPV6 = permission("tcp", 5439, 5439, "::/0")
UNREAD = (denied("organizations.describe_organization"), denied("organizations.list_accounts"))
CASES: list[Case] = [
    planted(PUBLIC, "flag, route and group", cluster(OPEN), "tcp/5439/ipv4"),
    planted(PUBLIC, "by IPv6 too", cluster(OPEN, IPV6, changes={"IpAddressType": "dualstack"}, **BOTH), "tcp/5439/ipv4", "tcp/5439/ipv6"),
    hardened(PUBLIC, "IPv6 is open, the cluster speaks IPv4 only", cluster(IPV6, **BOTH)),
    hardened(PUBLIC, "not publicly accessible", cluster(OPEN, changes={"PubliclyAccessible": False})),
    hardened(PUBLIC, "another port is open", cluster(OPEN, changes={"Endpoint": {"Address": "a", "Port": 5440}})),
    hardened(PUBLIC, "no route", cluster(OPEN, **PRIVATE)),
    hardened(PUBLIC, "the network ACL denies the port", cluster(OPEN, **deny(5439))),
    hardened(PUBLIC, "only the office", cluster(permission("tcp", 5439, 5439, "198.51.100.0/24"))),
    planted(PUBLIC, "only the subnet group names the VPC", cluster(OPEN, changes={"VpcId": None}), "tcp/5439/ipv4"),
    unreadable(PUBLIC, "nobody names the VPC", cluster(OPEN, changes={"VpcId": None}, groups=ok(GROUPS, REGION, {"ClusterSubnetGroups": [{"ClusterSubnetGroupName": "group", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}]}))),
    unreadable(PUBLIC, "clusters denied", account(denied(CLUSTERS, REGION))),
    unreadable(PUBLIC, "subnet groups denied", cluster(OPEN, groups=denied(GROUPS, REGION))),
    unreadable(PUBLIC, "its subnet group is not listed", cluster(OPEN, changes={"ClusterSubnetGroupName": "gone"})),
    unreadable(PUBLIC, "route tables denied", cluster(OPEN, without="route_tables")),
    unreadable(PUBLIC, "no endpoint yet", cluster(OPEN, changes={"Endpoint": None})),
    unreadable(PUBLIC, "it does not say", cluster(OPEN, changes={"PubliclyAccessible": None})),
    planted(SERVERLESS, "flag, route and group", workgroup(OPEN), "tcp/5439/ipv4"),
    planted(SERVERLESS, "another VPC's subnet is listed first", workgroup(OPEN, subnets=ok(SUBNETS, REGION, {"Subnets": [{"SubnetId": "subnet-9", "VpcId": "vpc-9"}, {"SubnetId": "subnet-1", "VpcId": "vpc-1"}]})), "tcp/5439/ipv4"),
    hardened(SERVERLESS, "IPv6 is open to all, the workgroup speaks IPv4 only", workgroup(permission("tcp", 5439, 5439, "::/0"), **BOTH)),
    planted(SERVERLESS, "IPv6 alone, in dual-stack mode", workgroup(permission("tcp", 5439, 5439, "::/0"), changes={"ipAddressType": "dualstack"}, **BOTH), "tcp/5439/ipv6"),
    hardened(SERVERLESS, "not publicly accessible", workgroup(OPEN, changes={"publiclyAccessible": False})),
    hardened(SERVERLESS, "no route", workgroup(OPEN, **PRIVATE)),
    hardened(SERVERLESS, "another port is open", workgroup(OPEN, changes={"endpoint": {"address": "a", "port": 5440}})),
    unreadable(SERVERLESS, "workgroups denied", account(denied(WORKGROUPS, REGION))),
    unreadable(SERVERLESS, "subnets denied", workgroup(OPEN, subnets=denied(SUBNETS, REGION))),
    unreadable(SERVERLESS, "its subnets are another account's", workgroup(OPEN, subnets=ok(SUBNETS, REGION, {"Subnets": []}))),
    unreadable(SERVERLESS, "no subnets named", workgroup(OPEN, changes={"subnetIds": []})),
    unreadable(SERVERLESS, "security groups denied", workgroup(OPEN, without="security_groups")),
    unreadable(SERVERLESS, "it does not say", workgroup(OPEN, changes={"publiclyAccessible": None})),
    planted(SHARED, "with two strangers", snapshot({"AccountId": STRANGER}, {"AccountId": "888888888888"}), STRANGER, "888888888888"),
    planted(SHARED, "with a stranger beside a member", snapshot({"AccountId": SISTER}, {"AccountId": STRANGER}, more=organization(OWN, SISTER)), STRANGER),
    hardened(SHARED, "within the organization", snapshot({"AccountId": SISTER}, more=organization(OWN, SISTER))),
    hardened(SHARED, "with a trusted account", snapshot({"AccountId": STRANGER}), settings=Settings(trusted_accounts=frozenset({STRANGER}))),
    hardened(SHARED, "with AWS's support", snapshot({"AccountId": "777777777777", "AccountAlias": "amazon-redshift-support"})),
    unreadable(SHARED, "snapshots denied", account(denied(SNAPSHOTS, REGION))),
    unreadable(SHARED, "the organization is not known", snapshot({"AccountId": STRANGER}, more=UNREAD)),
]  # fmt: skip
