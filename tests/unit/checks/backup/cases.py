"""What the checks of AWS Backup find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

VAULTS, POLICY, OPEN = "backup.list_backup_vaults", "backup.get_backup_vault_access_policy", "BACKUP_VAULT_PUBLIC"
ARN = f"arn:aws:backup:{REGION}:{OWN}:backup-vault:nightly"
LISTED = ok(VAULTS, REGION, {"BackupVaultList": [{"BackupVaultArn": ARN, "BackupVaultName": "nightly"}]})


def vault(*statements: dict[str, Any], more: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    answer = {"BackupVaultName": "nightly", "BackupVaultArn": ARN, "Policy": policy(*statements)}
    return LISTED, ok(POLICY, REGION, answer, BackupVaultName="nightly"), *more


CASES: list[Case] = [
    planted(OPEN, "everybody may copy into it", vault(allow("*", "backup:CopyIntoBackupVault"))),
    planted(OPEN, "recovery points of it", vault(allow({"AWS": "*"}, "backup:StartRestoreJob", resource="arn:aws:ec2:*::snapshot/*"))),
    planted(OPEN, "a stranger beside a sister", vault(allow({"AWS": [SISTER, STRANGER]}, "backup:CopyIntoBackupVault"), more=organization(OWN, SISTER)), finds=(STRANGER,)),
    hardened(OPEN, "recovery points of it, denied from abroad", vault(allow("*", "backup:StartRestoreJob", resource="arn:aws:ec2:*::snapshot/*"), forbid("*", "backup:*", resource="arn:aws:ec2:*::snapshot/*", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
    hardened(OPEN, "nobody may delete: a policy of Deny alone", vault(forbid("*", "backup:DeleteRecoveryPoint"))),
    hardened(OPEN, "the own organization", vault(allow("*", "backup:CopyIntoBackupVault", StringEquals={"aws:PrincipalOrgID": "o-own"}), more=organization(OWN))),
    hardened(OPEN, "no policy", (LISTED, absent(POLICY, REGION, BackupVaultName="nightly"), *NO_ORGANIZATION)),
    unreadable(OPEN, "no list", denied(VAULTS, REGION)),
    unreadable(OPEN, "the policy is denied", (LISTED, denied(POLICY, REGION, BackupVaultName="nightly"))),
]  # fmt: skip
