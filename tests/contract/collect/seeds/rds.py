"""RDS: an instance, a cluster, their snapshots."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    rds = client("rds")
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="d", SubnetIds=subnets[:2])
    rds.create_db_instance(
        DBInstanceIdentifier="db",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword="password1",
        AllocatedStorage=10,
    )
    rds.create_db_snapshot(DBSnapshotIdentifier="db-snapshot", DBInstanceIdentifier="db")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="db-snapshot", AttributeName="restore", ValuesToAdd=["all"])
    rds.create_db_cluster(
        DBClusterIdentifier="cluster", Engine="aurora-postgresql", MasterUsername="root", MasterUserPassword="password1"
    )
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="cluster-snapshot", DBClusterIdentifier="cluster")
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="cluster-snapshot", AttributeName="restore", ValuesToAdd=["444444444444"]
    )
