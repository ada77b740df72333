"""AWS Backup: a vault."""

from __future__ import annotations

from tests.contract.collect.aws import client

LACKS = {"backup.get_backup_vault_access_policy"}


def seed() -> None:
    client("backup").create_backup_vault(BackupVaultName="nightly")
