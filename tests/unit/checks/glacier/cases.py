"""What the checks of Glacier find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, absent, denied, ok
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

VAULTS, POLICY, OPEN = "glacier.list_vaults", "glacier.get_vault_access_policy", "GLACIER_PUBLIC"
ARN = f"arn:aws:glacier:{REGION}:{OWN}:vaults/archive"
LISTED = ok(VAULTS, REGION, {"VaultList": [{"VaultARN": ARN, "VaultName": "archive"}]})


def vault(*statements: dict[str, Any]) -> tuple[Record, ...]:
    return LISTED, ok(POLICY, REGION, {"policy": {"Policy": policy(*statements)}}, vaultName="archive")


CASES: list[Case] = [
    planted(OPEN, "everybody", vault(allow("*", "glacier:*", resource=ARN))),
    planted(OPEN, "deleting alone, in the second statement", vault(allow({"AWS": OWN}, "glacier:*"), allow({"AWS": "*"}, "glacier:DeleteArchive", resource=ARN))),
    hardened(OPEN, "no policy", (LISTED, absent(POLICY, REGION, vaultName="archive"))),
    hardened(OPEN, "the own account alone", vault(allow("*", "glacier:*", resource=ARN, StringEquals={"aws:PrincipalAccount": OWN}))),
    hardened(OPEN, "everybody is denied", vault(allow({"AWS": OWN}, "glacier:*", resource=ARN), forbid("*", "glacier:DeleteArchive", resource=ARN))),
    hardened(OPEN, "an account that cannot begin with Glacier", absent(VAULTS, REGION)),
    unreadable(OPEN, "no list", denied(VAULTS, REGION)),
    unreadable(OPEN, "the policy is denied", (LISTED, denied(POLICY, REGION, vaultName="archive"))),
]  # fmt: skip
