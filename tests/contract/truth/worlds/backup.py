"""AWS Backup: moto has vaults, but no policies of vaults."""

from __future__ import annotations

from tests.contract.truth.place import Place

LACKS = {
    "BACKUP_VAULT_PUBLIC": "backup.PutBackupVaultAccessPolicy is not in moto, nor are the calls that read a policy"
}


def plant(_: Place) -> None:
    """Nothing can be made."""
