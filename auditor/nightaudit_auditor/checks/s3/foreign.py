"""Buckets that let foreign accounts in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nightaudit_auditor.aws.buckets import (
    ACCOUNT_BLOCK,
    BUCKET_BLOCK,
    BUCKETS,
    POLICY,
    policy_exposure,
    restricts_public_policies,
)
from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.registry import Context, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.kinds import BUCKET

_HARMLESS = frozenset(
    {"s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:GetBucketRequestPayment", "s3:GetAccelerateConfiguration"}
)
"""Settings of which nobody learns anything about the data."""


@check(
    "S3_BUCKET_CROSS_ACCOUNT",
    kind=BUCKET,
    title="A bucket's policy lets in an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(POLICY, BUCKET_BLOCK, ACCOUNT_BLOCK, *TRUST),
    risk="A stranger's account can read, write or open up the bucket: a forgotten partner, or somebody's back door.",
    remediation=(
        "Remove the principal from the bucket policy, or vouch for the account under trust.accounts in the schedule. "
        "CLI: aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json"
    ),
    terraform="""resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::222222222222:role/reader" } # of an account of the organization
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.data.arn}/*"
    }]
  })
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policy-s3rule.html",),
)
def cross_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The policy grants actions on data or policy to an account or organization that is not own, of the organization, trusted,
    or a known vendor's. A public policy that RestrictPublicBuckets restricts lets no other account in either, but services that
    act for one."""
    data, region, name = context.data, resource.region, resource.name
    exposed = policy_exposure(data, region, name)
    if exposed is None:
        return
    if exposed.public and restricts_public_policies(data, region, name):
        exposed = Exposure(deputies=exposed.deputies)
    exposed = Exposure(
        accounts=_serious(exposed.accounts),
        organizations=_serious(exposed.organizations),
        canonical_users=_serious(exposed.canonical_users),
        deputies=_serious(exposed.deputies),
    )
    yield from foreign_results(exposed, context, f"{name} is open to")
    owner = (data.answer(BUCKETS) or {}).get("Owner", {}).get("ID")
    if others := sorted(exposed.canonical_users.keys() - {owner}):
        yield Unknown(f"canonical user {others[0]} cannot be told by its account")


def _serious(grants: Mapping[str, Grant]) -> dict[str, Grant]:
    kept = {who: Grant(grant.actions - _HARMLESS, grant.principals) for who, grant in grants.items()}
    return {who: grant for who, grant in kept.items() if grant.actions}
