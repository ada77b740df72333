"""Access policies of backup vaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.exposed import open_results, policy_exposure
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

VAULTS: Final = "backup.list_backup_vaults"
POLICY: Final = "backup.get_backup_vault_access_policy"
_ACTIONS: Final = tuple(
    f"backup:{action}"
    for action in (
        "CopyFromBackupVault", "CopyIntoBackupVault", "DeleteBackupVault", "DeleteBackupVaultAccessPolicy",
        "DeleteRecoveryPoint", "DescribeBackupVault", "DescribeRecoveryPoint", "DisassociateRecoveryPoint",
        "GetBackupVaultAccessPolicy", "GetRecoveryPointRestoreMetadata", "ListRecoveryPointsByBackupVault",
        "PutBackupVaultAccessPolicy", "StartBackupJob", "StartCopyJob", "StartRestoreJob", "UpdateRecoveryPointLifecycle",
    )
)  # fmt: skip


def _vault(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(
        item["BackupVaultArn"], "AWS::Backup::BackupVault", item["BackupVaultName"], region, data=dict(item)
    )


VAULT = regional_kind("AWS::Backup::BackupVault", (VAULTS, lambda answer: answer.get("BackupVaultList", []), _vault))


@check(
    "BACKUP_VAULT_PUBLIC",
    kind=VAULT,
    needs=(POLICY, *TRUST),
    title="A backup vault lets in everybody, or an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers copy backups out and restore them, or delete what everything else would be restored from.",
    remediation="Remove the principal, or vouch for the account under trust.accounts in the schedule. Console: AWS Backup > Vaults > the "
    "vault > Access policy. CLI: aws backup delete-backup-vault-access-policy --backup-vault-name NAME",
    terraform='resource "aws_backup_vault_policy" "nightly" {\n  backup_vault_name = aws_backup_vault.nightly.name\n  policy            '
    "= data.aws_iam_policy_document.vault.json\n}",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",),
)
def vault_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The vault's access policy lets in everybody, or an account or organization that is not own, of the organization, trusted, or
    a known vendor's. One finding for each."""
    answer = context.data.answer(POLICY, resource.region, {"BackupVaultName": resource.name}) or {}
    # A policy may speak of the vault, or of the recovery points in it, which are resources of many services.
    exposed = policy_exposure(answer.get("Policy"), _ACTIONS, resource, context, arns=(resource.arn, "arn:*"))
    yield from open_results(exposed, context, resource.name)
