"""Key policies and grants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nightaudit_auditor.aws.policy import Exposure, Grant, PolicyError
from nightaudit_auditor.aws.policy.evaluate import principal_account
from nightaudit_auditor.checks.exposed import policy_exposure
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.kms.kinds import GRANTS, KEY, POLICY
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check
from nightaudit_auditor.snapshot import Unreadable

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
    return policy_exposure(answer["Policy"], (f"kms:{action}" for action in _ACTIONS), resource, context)


@check(
    "KMS_KEY_PUBLIC",
    kind=KEY,
    title="Everybody with an AWS account may use a key",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=(POLICY,),
    risk="What the key protects is protected from nobody; strangers may be able to decrypt, or to have the key deleted.",
    remediation=f"KMS > the key > Key policy: name principals, or add the condition kms:CallerAccount. {_EDIT}",
    terraform="""resource "aws_kms_key_policy" "data" {
  key_id = aws_kms_key.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}""",
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
    title="A key is open to an account that nobody knows",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(POLICY, GRANTS, *TRUST),
    risk="A stranger's account can decrypt what it gets hold of, or lend the key on by a grant.",
    remediation=(
        "Remove the account from the key policy, revoke the grant, or vouch for the account under trust.accounts in the "
        f"schedule. {_EDIT}; aws kms revoke-grant --key-id KEY --grant-id ID"
    ),
    parameters=VOUCHED_FOR,
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
    ),
)
def key_cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The key policy or a grant lets in an account that is not own, of the organization, trusted, or a known vendor's, or the
    policy such an organization. A grant that allows no more than to retire it does not count."""
    unread: Unreadable | PolicyError | None = None
    exposed, granted = Exposure(), dict[str, Grant]()
    try:
        exposed = _exposed(resource, context)
    except (Unreadable, PolicyError) as problem:
        unread = problem
    try:
        granted = _granted(resource, context)
    except Unreadable as problem:
        unread = unread or problem
    everybody = replace(exposed, accounts=_together(exposed.accounts, granted))
    yield from foreign_results(everybody, context, f"key {resource.name} is open to")
    if unread is not None:
        raise unread


def _granted(resource: Resource, context: Context) -> dict[str, Grant]:
    """By account, what the key's grants allow to principals of accounts; services and deleted principals have none."""
    answer = context.data.answer(GRANTS, resource.region, {"KeyId": resource.name}) or {}
    found: dict[str, Grant] = {}
    for grant in answer.get("Grants", []):
        grantee = str(grant.get("GranteePrincipal", ""))
        account, _ = principal_account(grantee)
        operations = frozenset(f"kms:{operation}" for operation in grant.get("Operations", ()))
        if len(account) == 12 and operations - {"kms:RetireGrant"}:
            found = _together(found, {account: Grant(operations, frozenset({grantee}))})
    return found


def _together(one: Mapping[str, Grant], other: Mapping[str, Grant]) -> dict[str, Grant]:
    """Both, what they give to the same account united."""
    united = dict(one)
    for who, grant in other.items():
        known = united.get(who, Grant(frozenset()))
        united[who] = Grant(known.actions | grant.actions, known.principals | grant.principals)
    return united
