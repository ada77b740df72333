"""Redshift: a cluster in a subnet group, and a snapshot that another account may restore."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    warehouse = client("redshift")
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]]
    warehouse.create_cluster_subnet_group(ClusterSubnetGroupName="group", Description="d", SubnetIds=subnets[:2])
    warehouse.create_cluster(
        ClusterIdentifier="events", NodeType="ra3.large", MasterUsername="root", MasterUserPassword="Password1",
        ClusterSubnetGroupName="group", PubliclyAccessible=False,
    )  # fmt: skip
    warehouse.create_cluster_snapshot(SnapshotIdentifier="events-1", ClusterIdentifier="events")
