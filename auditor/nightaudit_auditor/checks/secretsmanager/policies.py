"""Secrets' resource policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.policy import Exposure
from nightaudit_auditor.checks.exposed import policy_exposure, public_results
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check
from nightaudit_auditor.checks.secretsmanager.kinds import SECRET

_POLICY: Final = "secretsmanager.get_resource_policy"
_ACTIONS: Final = tuple(
    f"secretsmanager:{action}"
    for action in (
        "BatchGetSecretValue", "CancelRotateSecret", "DeleteResourcePolicy", "DeleteSecret", "DescribeSecret",
        "GetResourcePolicy", "GetSecretValue", "ListSecretVersionIds", "PutResourcePolicy", "PutSecretValue",
        "RemoveRegionsFromReplication", "ReplicateSecretToRegions", "RestoreSecret", "RotateSecret",
        "StopReplicationToReplica", "TagResource", "UntagResource", "UpdateSecret", "UpdateSecretVersionStage",
    )
)  # fmt: skip
_REFERENCE: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html"
_EDIT: Final = (
    "Console: Secrets Manager > the secret > Resource permissions > Edit. CLI: aws secretsmanager put-resource-policy "
    "--secret-id ARN --resource-policy file://policy.json --block-public-policy. Rotate the secret if it may have been read."
)


def _exposed(resource: Resource, context: Context) -> Exposure:
    answer = context.data.answer(_POLICY, resource.region, {"SecretId": resource.arn}) or {}
    return policy_exposure(answer.get("ResourcePolicy"), _ACTIONS, resource, context)


@check(
    "SECRET_POLICY_PUBLIC",
    kind=SECRET,
    needs=(_POLICY,),
    title="Everybody with an AWS account may use a secret",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Strangers read the secret, or replace it with their own.",
    remediation="Name the principals that need the secret, and nobody else. " + _EDIT,
    terraform="""\
resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn          = aws_secretsmanager_secret.db.arn
  block_public_policy = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.app.arn }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}
""",
    references=(_REFERENCE,),
)
def policy_public(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the secret's resource policy, its Deny statements applied. (With the AWS managed key he can do all
    but read it: keys of another account are closed to him.)"""
    yield from public_results(_exposed(resource, context), f"everybody may use secret {resource.name}")


@check(
    "SECRET_CROSS_ACCOUNT",
    kind=SECRET,
    needs=(_POLICY, *TRUST),
    title="A secret's policy lets in an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A stranger's account reads the secret, now and after it was rotated.",
    remediation="Remove the account, or vouch for it under trust.accounts in the schedule. " + _EDIT,
    terraform="""\
resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::ACCOUNT-OF-OURS:role/app" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}
""",
    parameters=VOUCHED_FOR,
    references=(_REFERENCE,),
)
def cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The resource policy lets in an account or organization that is not own, of the organization, trusted, or a known
    vendor's. One finding for each."""
    yield from foreign_results(_exposed(resource, context), context, f"secret {resource.name} is open to")
