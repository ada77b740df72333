"""What the checks of RDS find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import AccountData, Outcome, Record
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
    failed,
    ok,
    organization,
)
from tests.unit.checks.ec2.cases import deny, hardened, planted, unreadable
from tests.unit.checks.ec2.cases import world as network
from tests.unit.checks.shapes import said

ARN = f"arn:aws:rds:{REGION}:{OWN}"


def database(**changes: Any) -> dict[str, Any]:
    found = {
        "DBInstanceIdentifier": "orders", "DBInstanceArn": f"{ARN}:db:orders", "Engine": "postgres",
        "PubliclyAccessible": True, "StorageEncrypted": True, "BackupRetentionPeriod": 7,
        "Endpoint": {"Address": "orders.example", "Port": 5432},
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
        "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-9"}, {"SubnetIdentifier": "subnet-1"}]},
    }  # fmt: skip
    return said(**found | changes)


def cluster(**changes: Any) -> Record:
    found = {"DBClusterIdentifier": "shop", "DBClusterArn": f"{ARN}:cluster:shop", "StorageEncrypted": True, **changes}
    return ok("rds.describe_db_clusters", REGION, {"DBClusters": [found]})


NO_CLUSTERS = ok("rds.describe_db_clusters", REGION, {"DBClusters": []})
POSTGRES = permission("tcp", 5432, 5432, "0.0.0.0/0")


def databases(*found: dict[str, Any], clusters: Record = NO_CLUSTERS) -> AccountData:
    return account(ok("rds.describe_db_instances", REGION, {"DBInstances": list(found)}), clusters)


def world(
    instance: dict[str, Any], *rules: dict[str, Any], clusters: Record = NO_CLUSTERS, **changes: Any
) -> AccountData:
    """A database in the network of the EC2 cases, whose subnet-1 has a route to the Internet and whose subnet-9 has none."""
    tables = [route_table(route("0.0.0.0/0")), route_table(main=True, name="rtb-main")]
    acl = {"NetworkAclId": "acl-9", "Associations": [{"SubnetId": "subnet-9"}], "Entries": []}
    data = network(*rules, **({"route_tables": {"RouteTables": tables}} | changes))
    records = [data.record(name, REGION) for name in data.operations()]
    acls = next(record for record in records if record and record.operation == "describe_network_acls")
    if acls.answer is not None:
        acls.answer["NetworkAcls"].append(acl)
    return account(*(record for record in records if record), ok("rds.describe_db_instances", REGION, {"DBInstances": [instance]}), clusters)  # fmt: skip


PUBLIC, FLAG = "RDS_PUBLIC", "RDS_PUBLIC_FLAG"
AURORA = database(Engine="aurora-postgresql", DBClusterIdentifier="shop", PubliclyAccessible=False)
BOTH = {
    "route_tables": {
        "RouteTables": [route_table(route("0.0.0.0/0"), route("::/0")), route_table(main=True, name="rtb-main")]
    }
}
PRIVATE = {"route_tables": {"RouteTables": [route_table(main=True)]}}
ONE_SUBNET = {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}

REACHABLE = [
    planted(PUBLIC, "flag, route and group", world(database(), POSTGRES), "tcp/5432/ipv4"),
    planted(PUBLIC, "halves of the Internet", world(database(), permission("tcp", 5000, 6000, "0.0.0.0/1", "128.0.0.0/1")), "tcp/5432/ipv4"),
    planted(PUBLIC, "an internet access gateway needs no VPC", world(AURORA, clusters=cluster(InternetAccessGatewayEnabled=True)), "internet-access-gateway"),
    planted(PUBLIC, "dual-stack: IPv6 is a door of its own", world(database(NetworkType="DUAL"), permission("tcp", 5432, 5432, "::/0"), **BOTH), "tcp/5432/ipv6"),
    hardened(PUBLIC, "IPv6 is open to all, the instance speaks IPv4 only", world(database(), permission("tcp", 5432, 5432, "::/0"), **BOTH)),
    hardened(PUBLIC, "not publicly accessible", world(database(PubliclyAccessible=False), POSTGRES)),
    hardened(PUBLIC, "another port is open", world(database(Endpoint={"Address": "a", "Port": 5433}), POSTGRES)),
    hardened(PUBLIC, "no subnet has a route", world(database(), POSTGRES, **PRIVATE)),
    hardened(PUBLIC, "the network ACL denies the port", world(database(), POSTGRES, **deny(5432))),
    hardened(PUBLIC, "only the office may", world(database(), permission("tcp", 5432, 5432, "198.51.100.0/24"))),
    hardened(PUBLIC, "another port may be open: network ACLs are unread", world(database(Endpoint={"Address": "a", "Port": 5433}), POSTGRES, without="network_acls")),
    hardened(PUBLIC, "an Aurora cluster without a gateway", world(AURORA, clusters=cluster())),
    hardened(PUBLIC, "another cluster has a gateway", world(AURORA, clusters=cluster(DBClusterIdentifier="other", InternetAccessGatewayEnabled=True))),
    hardened(PUBLIC, "MySQL has no gateways, though clusters are denied", world(database(Engine="aurora-mysql", DBClusterIdentifier="shop", PubliclyAccessible=False), clusters=denied("rds.describe_db_clusters", REGION))),
    unreadable(PUBLIC, "instances denied", account(denied("rds.describe_db_instances", REGION))),
    unreadable(PUBLIC, "route tables denied", world(database(), POSTGRES, without="route_tables")),
    unreadable(PUBLIC, "route tables denied, one subnet", world(database(DBSubnetGroup=ONE_SUBNET), POSTGRES, without="route_tables")),
    unreadable(PUBLIC, "it does not say whether it is publicly accessible", world(database(PubliclyAccessible=None), POSTGRES)),
    unreadable(PUBLIC, "no port yet", world(database(Endpoint=None), POSTGRES)),
    unreadable(PUBLIC, "no subnets named", world(database(DBSubnetGroup=None), POSTGRES)),
    unreadable(PUBLIC, "no VPC named", world(database(DBSubnetGroup={"Subnets": [{"SubnetIdentifier": "subnet-1"}]}), POSTGRES)),
    unreadable(PUBLIC, "Aurora, clusters denied", world(AURORA, clusters=denied("rds.describe_db_clusters", REGION))),
    planted(FLAG, "flag without a rule", world(database())),
    planted(FLAG, "flag without a route", world(database(), POSTGRES, **PRIVATE)),
    planted(FLAG, "IPv6 is open to all, the instance speaks IPv4 only", world(database(), permission("tcp", 5432, 5432, "::/0"), **BOTH)),
    planted(FLAG, "the flag is certain, the network is not", world(database(), POSTGRES, without="network_acls")),
    hardened(FLAG, "reachable: RDS_PUBLIC says it", world(database(), POSTGRES)),
    hardened(FLAG, "reachable over IPv6 alone", world(database(NetworkType="DUAL"), permission("tcp", 5432, 5432, "::/0"), **BOTH)),
    hardened(FLAG, "no flag", world(database(PubliclyAccessible=False), POSTGRES)),
    hardened(FLAG, "neither flag nor rule", world(database(PubliclyAccessible=False))),
    unreadable(FLAG, "instances denied", account(denied("rds.describe_db_instances", REGION))),
    unreadable(FLAG, "the answer does not say", world(database(PubliclyAccessible=None), POSTGRES)),
]  # fmt: skip

ENCRYPTED, BACKUP = "RDS_UNENCRYPTED", "RDS_NO_BACKUP"
MEMBER = database(DBClusterIdentifier="shop", StorageEncrypted=False)

STORAGE = [
    planted(ENCRYPTED, "an instance", databases(database(StorageEncrypted=False))),
    planted(ENCRYPTED, "a cluster, once and not for each member", databases(MEMBER, MEMBER, clusters=cluster(StorageEncrypted=False))),
    hardened(ENCRYPTED, "encrypted", databases(database(), clusters=cluster())),
    hardened(ENCRYPTED, "a member of an encrypted cluster", databases(MEMBER, clusters=cluster())),
    unreadable(ENCRYPTED, "clusters denied", databases(MEMBER, clusters=denied("rds.describe_db_clusters", REGION))),
    unreadable(ENCRYPTED, "the answer does not say", databases(database(StorageEncrypted=None))),
    planted(BACKUP, "kept for 0 days", databases(database(BackupRetentionPeriod=0))),
    hardened(BACKUP, "a read replica has none of its own", databases(database(BackupRetentionPeriod=0, ReadReplicaSourceDBInstanceIdentifier="main"))),
    hardened(BACKUP, "kept", databases(database())),
    unreadable(BACKUP, "instances denied", account(denied("rds.describe_db_instances", REGION))),
    unreadable(BACKUP, "the answer does not say", databases(database(BackupRetentionPeriod=None))),
]  # fmt: skip

OPEN, SHARED = "RDS_SNAPSHOT_PUBLIC", "RDS_SNAPSHOT_SHARED"
SNAPSHOT = {"DBSnapshotIdentifier": "s1", "DBSnapshotArn": f"{ARN}:snapshot:s1"}
CLUSTER_SNAPSHOT = {"DBClusterSnapshotIdentifier": "c1", "DBClusterSnapshotArn": f"{ARN}:cluster-snapshot:c1"}


def snapshots(*restorers: str, more: tuple[Record, ...] = NO_ORGANIZATION, clusters: bool = False) -> AccountData:
    """One manual snapshot, of an instance or a cluster, that these accounts may restore."""
    attribute = {"AttributeName": "restore", "AttributeValues": list(restorers)}
    if clusters:
        shared = ok(
            "rds.describe_db_cluster_snapshot_attributes", REGION,
            {"DBClusterSnapshotAttributesResult": {"DBClusterSnapshotAttributes": [attribute]}}, DBClusterSnapshotIdentifier="c1",
        )  # fmt: skip
    else:
        shared = ok(
            "rds.describe_db_snapshot_attributes", REGION,
            {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": [attribute]}}, DBSnapshotIdentifier="s1",
        )  # fmt: skip
    return account(*listed(clusters), shared, *more)


def listed(clusters: bool = False) -> tuple[Record, Record]:
    return (
        ok("rds.describe_db_snapshots", REGION, {"DBSnapshots": [] if clusters else [SNAPSHOT]}),
        ok("rds.describe_db_cluster_snapshots", REGION, {"DBClusterSnapshots": [CLUSTER_SNAPSHOT] if clusters else []}),
    )


def other_attribute(value: str) -> AccountData:
    """A snapshot that nobody else may restore, with one more attribute."""
    attributes = [
        {"AttributeName": "other", "AttributeValues": [value]},
        {"AttributeName": "restore", "AttributeValues": []},
    ]
    answer = {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": attributes}}
    return account(*listed(), ok("rds.describe_db_snapshot_attributes", REGION, answer, DBSnapshotIdentifier="s1"), *NO_ORGANIZATION)  # fmt: skip


SHARING = [
    planted(OPEN, "an instance's", snapshots("all"), "all"),
    planted(OPEN, "a cluster's", snapshots("all", clusters=True), "all"),
    hardened(OPEN, "shared with one account only", snapshots(STRANGER)),
    hardened(OPEN, "shared with nobody", snapshots()),
    hardened(OPEN, "another attribute says all", other_attribute("all")),
    hardened(OPEN, "deleted meanwhile", account(*listed()[1:], ok("rds.describe_db_snapshots", REGION, {"DBSnapshots": []}))),
    unreadable(OPEN, "attributes denied", account(*listed(), denied("rds.describe_db_snapshot_attributes", REGION, DBSnapshotIdentifier="s1"))),
    unreadable(OPEN, "attributes throttled", account(*listed(), failed("rds.describe_db_snapshot_attributes", REGION, Outcome.THROTTLED, DBSnapshotIdentifier="s1"))),
    unreadable(OPEN, "cluster snapshots denied", account(listed()[0], denied("rds.describe_db_cluster_snapshots", REGION), denied("rds.describe_db_snapshot_attributes", REGION, DBSnapshotIdentifier="s1"))),
    planted(SHARED, "with two strangers", snapshots(STRANGER, "888888888888"), STRANGER, "888888888888"),
    planted(SHARED, "a cluster's, with a stranger beside a member", snapshots(SISTER, STRANGER, more=organization(OWN, SISTER), clusters=True), STRANGER),
    hardened(SHARED, "within the organization", snapshots(SISTER, more=organization(OWN, SISTER))),
    hardened(SHARED, "with a trusted account", snapshots(STRANGER), settings=Settings(trusted_accounts=frozenset({STRANGER}))),
    hardened(SHARED, "public is another check's business", snapshots("all")),
    hardened(SHARED, "another attribute names a stranger", other_attribute(STRANGER)),
    unreadable(SHARED, "the organization is not known", snapshots(STRANGER, more=(denied("organizations.describe_organization"), denied("organizations.list_accounts")))),
    unreadable(SHARED, "attributes denied", account(*listed(), *NO_ORGANIZATION, denied("rds.describe_db_snapshot_attributes", REGION, DBSnapshotIdentifier="s1"))),
]  # fmt: skip

CASES: list[Case] = [*REACHABLE, *STORAGE, *SHARING]
