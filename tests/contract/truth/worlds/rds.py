"""RDS: databases without a backup, and snapshots that strangers may restore."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from tests.contract.truth.place import Place

BACKUP, SHARED = "RDS_NO_BACKUP", "RDS_SNAPSHOT_SHARED"


def plant(at: Place) -> None:
    """What is in the demo is not planted again."""
    _backups(at)
    _snapshots(at)


def _backups(at: Place) -> None:
    """A replica has no backups of its own."""
    kept, lost = _instance(at, "db-kept", kept=7), _instance(at, "db-lost", kept=0)
    at.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier="db-replica", SourceDBInstanceIdentifier="db-kept", DBInstanceClass="db.t4g.micro"
    )
    at.client("rds").modify_db_instance(DBInstanceIdentifier="db-replica", BackupRetentionPeriod=0)
    at.finds(BACKUP, lost)
    at.passes(BACKUP, kept, f"arn:aws:rds:{facts.HOME_REGION}:{at.problems.id}:db:db-replica")


def _instance(at: Place, name: str, *, kept: int) -> str:
    made = at.client("rds").create_db_instance(
        DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
        MasterUsername="shop", MasterUserPassword="demo-not-a-secret", StorageEncrypted=True, BackupRetentionPeriod=kept,
    )  # fmt: skip
    return str(made["DBInstance"]["DBInstanceArn"])


def _snapshots(at: Place) -> None:
    """Of instances and of clusters, which have calls of their own."""
    rds = at.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="aurora-shop", Engine="aurora-postgresql", MasterUsername="shop", StorageEncrypted=True,
        MasterUserPassword="demo-not-a-secret",
    )  # fmt: skip
    at.finds(
        SHARED,
        _snapshot(at, "db-to-stranger", at.twins.id, facts.STRANGER),
        _snapshot(at, "aurora-to-stranger", facts.STRANGER, cluster=True),
        discriminator=facts.STRANGER,
    )
    at.passes(
        SHARED,
        _snapshot(at, "db-to-sister", at.twins.id),
        _snapshot(at, "db-to-all", "all"),
        _snapshot(at, "db-to-nobody"),
        _snapshot(at, "aurora-to-sister", at.twins.id, cluster=True),
        _snapshot(at, "aurora-to-vendor", facts.VENDOR, cluster=True),
    )


def _snapshot(at: Place, name: str, *restorers: str, cluster: bool = False) -> str:
    """A manual snapshot that these accounts may restore."""
    rds, given = at.client("rds"), {"AttributeName": "restore", "ValuesToAdd": list(restorers)}
    made: dict[str, Any]
    if cluster:
        made = rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier=name, DBClusterIdentifier="aurora-shop")
        rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier=name, **given)
        return str(made["DBClusterSnapshot"]["DBClusterSnapshotArn"])
    made = rds.create_db_snapshot(DBSnapshotIdentifier=name, DBInstanceIdentifier="db-kept")
    if restorers:
        rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=name, **given)
    return str(made["DBSnapshot"]["DBSnapshotArn"])
