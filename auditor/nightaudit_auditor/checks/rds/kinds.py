"""RDS's kinds of resources: instances, clusters, manual snapshots (Aurora, DocumentDB and Neptune included)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData

DB_INSTANCES: Final = "rds.describe_db_instances"
DB_CLUSTERS: Final = "rds.describe_db_clusters"
DB_SNAPSHOTS: Final = "rds.describe_db_snapshots"
DB_CLUSTER_SNAPSHOTS: Final = "rds.describe_db_cluster_snapshots"


def _instance(_: AccountData, region: str, item: Item) -> Resource:
    found = tags(item.get("TagList"))
    return Resource(
        item["DBInstanceArn"], "AWS::RDS::DBInstance", item["DBInstanceIdentifier"], region, found, dict(item)
    )


def _cluster(_: AccountData, region: str, item: Item) -> Resource:
    found = tags(item.get("TagList"))
    return Resource(item["DBClusterArn"], "AWS::RDS::DBCluster", item["DBClusterIdentifier"], region, found, dict(item))


def _snapshot(_: AccountData, region: str, item: Item) -> Resource:
    found, name = tags(item.get("TagList")), item["DBSnapshotIdentifier"]
    return Resource(item["DBSnapshotArn"], "AWS::RDS::DBSnapshot", name, region, found, dict(item))


def _cluster_snapshot(_: AccountData, region: str, item: Item) -> Resource:
    found, name = tags(item.get("TagList")), item["DBClusterSnapshotIdentifier"]
    return Resource(item["DBClusterSnapshotArn"], "AWS::RDS::DBClusterSnapshot", name, region, found, dict(item))


def _instances(answer: Item) -> Iterator[Item]:
    yield from answer.get("DBInstances", [])


def _standalone(answer: Item) -> Iterator[Item]:
    """Instances that have storage of their own: the members of a cluster share the cluster's."""
    return (item for item in _instances(answer) if not item.get("DBClusterIdentifier"))


def _clusters(answer: Item) -> Iterator[Item]:
    yield from answer.get("DBClusters", [])


DB_INSTANCE = regional_kind("AWS::RDS::DBInstance", (DB_INSTANCES, _instances, _instance))
DB_STORAGE = regional_kind(
    "AWS::RDS::DBInstance", (DB_INSTANCES, _standalone, _instance), (DB_CLUSTERS, _clusters, _cluster)
)
DB_SNAPSHOT = regional_kind(
    "AWS::RDS::DBSnapshot",
    (DB_SNAPSHOTS, lambda answer: answer.get("DBSnapshots", []), _snapshot),
    (DB_CLUSTER_SNAPSHOTS, lambda answer: answer.get("DBClusterSnapshots", []), _cluster_snapshot),
)
