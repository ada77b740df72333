"""Access policies of vaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.exposed import policy_exposure, public_results
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

VAULTS: Final = "glacier.list_vaults"
POLICY: Final = "glacier.get_vault_access_policy"
_ACTIONS: Final = tuple(
    f"glacier:{action}"
    for action in (
        "AbortMultipartUpload", "CompleteMultipartUpload", "DeleteArchive", "DeleteVault", "DeleteVaultAccessPolicy",
        "DescribeJob", "DescribeVault", "GetJobOutput", "GetVaultAccessPolicy", "InitiateJob", "InitiateMultipartUpload",
        "ListJobs", "ListMultipartUploads", "SetVaultAccessPolicy", "UploadArchive", "UploadMultipartPart",
    )
)  # fmt: skip


def _vault(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(item["VaultARN"], "AWS::Glacier::Vault", item["VaultName"], region, data=dict(item))


VAULT = regional_kind("AWS::Glacier::Vault", (VAULTS, lambda answer: answer.get("VaultList", []), _vault))


@check(
    "GLACIER_PUBLIC",
    kind=VAULT,
    needs=(POLICY,),
    title="Everybody with an AWS account can use a vault",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="Strangers fetch or delete archives, which mostly are the last copy of something.",
    remediation="Console: S3 Glacier > Vaults > the vault > Vault policies: name principals. CLI: aws glacier delete-vault-access-policy "
    "--account-id - --vault-name NAME",
    terraform='resource "aws_glacier_vault" "archive" {\n  name          = "archive"\n  access_policy = '
    "data.aws_iam_policy_document.archive.json\n}",
    references=("https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-access-policy.html",),
)
def glacier_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the vault's access policy, its Deny statements applied."""
    answer = context.data.answer(POLICY, resource.region, {"vaultName": resource.name}) or {}
    policy = (answer.get("policy") or {}).get("Policy")
    yield from public_results(
        policy_exposure(policy, _ACTIONS, resource, context), f"everybody may use {resource.name}"
    )
