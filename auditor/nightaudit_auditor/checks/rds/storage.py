"""What becomes of a database's data when a disk, or the database itself, is lost."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.rds.kinds import DB_INSTANCE, DB_STORAGE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check


@check(
    "RDS_UNENCRYPTED",
    kind=DB_STORAGE,
    title="Database storage is not encrypted",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Its snapshots and replicas are in the clear too and can be shared or made public by one call.",
    remediation="Storage is encrypted only when it is made. Console: RDS > Snapshots > take one > Copy snapshot with encryption > "
    "Restore, then point the application to the copy. CLI: aws rds copy-db-snapshot --kms-key-id KEY "
    "--source-db-snapshot-identifier A --target-db-snapshot-identifier B; aws rds restore-db-instance-from-db-snapshot.",
    compliance=(
        "CIS-AWS-3.0:2.3.1",
        "CIS-AWS-4.0:2.2.1",
        "CIS-AWS-5.0:2.2.1",
        "CIS-AWS-6.0:3.2.1",
        "CIS-AWS-7.0:3.2.1",
    ),
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",),
)
def unencrypted(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """A cluster, or an instance that is in none, says StorageEncrypted: false."""
    encrypted = resource.data.get("StorageEncrypted")
    if encrypted is None:
        yield Unknown("the answer does not say whether the storage is encrypted")
    elif not encrypted:
        yield Fail("StorageEncrypted is false", "", {"engine": resource.data.get("Engine", "")})


@check(
    "RDS_NO_BACKUP",
    kind=DB_INSTANCE,
    title="Database is not backed up",
    severity=Severity.LOW,
    tier=Tier.C,
    risk="Without automated backups there is no point in time to go back to after a deletion, an error or an extortion.",
    remediation="Console: RDS > Databases > the database > Modify > Backup > Backup retention period. CLI: aws rds "
    "modify-db-instance --db-instance-identifier NAME --backup-retention-period 7 --apply-immediately.",
    references=("https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",),
)
def no_backup(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The backup retention period of an instance that is no read replica is 0 days."""
    instance = resource.data
    replica = instance.get("ReadReplicaSourceDBInstanceIdentifier") or instance.get(
        "ReadReplicaSourceDBClusterIdentifier"
    )
    retention = instance.get("BackupRetentionPeriod")
    if replica:
        return
    if retention is None:
        yield Unknown("the instance does not say how long backups are kept", "rds.describe_db_instances")
    elif retention == 0:
        yield Fail("BackupRetentionPeriod is 0")
