"""Key policies."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import Exposure, exposure, literal_actions, parse_document
from nightaudit_auditor.checks.foreign import foreign_results
from nightaudit_auditor.checks.kms.kinds import KEY, POLICY
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check

_ACTIONS = (
    "CancelKeyDeletion", "CreateGrant", "Decrypt", "DeleteImportedKeyMaterial", "DeriveSharedSecret", "DescribeKey",
    "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyPolicy",
    "GetKeyRotationStatus", "GetPublicKey", "ImportKeyMaterial", "ListGrants", "ListKeyPolicies", "ListResourceTags",
    "PutKeyPolicy", "ReEncryptFrom", "ReEncryptTo", "ReplicateKey", "RetireGrant", "RevokeGrant", "RotateKeyOnDemand",
    "ScheduleKeyDeletion", "Sign", "TagResource", "UntagResource", "UpdateAlias", "UpdateKeyDescription",
    "UpdatePrimaryRegion", "Verify", "VerifyMac",
)  # fmt: skip
_REFERENCE = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"
_EDIT = "CLI: aws kms put-key-policy --key-id KEY --policy-name default --policy file://policy.json"


def _exposed(resource: Resource, context: Context) -> Exposure:
    parameters = {"KeyId": resource.name, "PolicyName": "default"}
    answer = context.data.answer(POLICY, resource.region, parameters) or {}
    document = parse_document(answer["Policy"])
    probes = [(f"kms:{action}", resource.arn) for action in _ACTIONS]
    return exposure(document, (*probes, *literal_actions(document, (resource.arn,))), context.data.account.id)


@check(
    "KMS_KEY_PUBLIC",
    kind=KEY,
    title="Everybody with an AWS account may use a key",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=(POLICY,),
    risk="What the key protects is protected from nobody; strangers may be able to decrypt, or to have the key deleted.",
    remediation=f"KMS > the key > Key policy: name principals, or add the condition kms:CallerAccount. {_EDIT}",
    aliases=("KMS_PUBLIC",),
    references=(_REFERENCE,),
)
def key_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the key policy, its Deny statements applied. kms:ViaService alone keeps nobody out."""
    if public := _exposed(resource, context).public:
        yield Fail(f"everybody may use key {resource.name}", evidence={"actions": sorted(public)})


@check(
    "KMS_KEY_CROSS_ACCOUNT",
    kind=KEY,
    title="A key policy lets in an account that nobody knows",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(POLICY, "organizations.describe_organization", "organizations.list_accounts"),
    risk="A stranger's account can decrypt what it gets hold of, or lend the key on by a grant.",
    remediation=f"Remove the account from the key policy, or vouch for it under trust.accounts in the schedule. {_EDIT}",
    references=("https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",),
)
def key_cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The key policy lets in an account or organization that is not own, of the organization, trusted, or a known vendor's.
    Grants are not read."""
    yield from foreign_results(_exposed(resource, context), context, f"key {resource.name} is open to")
