"""Where a bucket's objects are copied to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws.buckets import BUCKETS, LOCATION
from nightaudit_auditor.aws.owners import owners
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, stranger_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.kinds import BUCKET

_REPLICATION: Final = "s3.get_bucket_replication"


@check(
    "S3_BUCKET_REPLICATES_OUTSIDE",
    kind=BUCKET,
    scope=Scope.ORGANIZATION,
    facts=(BUCKETS, LOCATION),
    needs=(_REPLICATION, BUCKETS, *TRUST),
    title="A bucket is copied to an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Every new object is delivered to a stranger, silently and with the blessing of an own role.",
    remediation=(
        "S3 > the bucket > Management > Replication rules: disable the rule, or vouch for the account under trust.accounts in "
        "the schedule. CLI: aws s3api delete-bucket-replication --bucket BUCKET. Look in CloudTrail for PutBucketReplication."
    ),
    terraform="""\
resource "aws_s3_bucket_replication_configuration" "orders" {
  bucket = aws_s3_bucket.orders.id
  role   = aws_iam_role.replication.arn
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      account = "ACCOUNT-OF-OURS"
      bucket  = "arn:aws:s3:::BUCKET-OF-OURS"
    }
  }
}
""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",),
)
def replicates_outside(resource: Resource, context: Context) -> Iterator[Result]:
    """An enabled rule copies to a bucket of no audited account: the account that the rule names is a stranger's; or the rule
    names none, and nobody owns the bucket. One finding for each account or bucket.

    A bucket that nobody owns is UNKNOWN while an account of the organization, or a trusted one, was not audited.
    """
    answer = context.data.answer(_REPLICATION, resource.region, {"Bucket": resource.name}) or {}
    destinations = list(_destinations(answer))
    if not destinations:
        return
    found = owners(context.accounts, context.trust)
    abroad = [(bucket, account) for bucket, account in destinations if found.bucket(bucket) is None]
    accounts: dict[str, dict[str, list[str]]] = {}
    for bucket, account in abroad:
        if account:
            accounts.setdefault(account, {}).setdefault("buckets", []).append(bucket)
    nameless = sorted({bucket for bucket, account in abroad if not account})
    if not found.doubt:
        for bucket in nameless:
            detail = f"{resource.name} is copied to {bucket}, which is no audited account's"
            yield Fail(detail, bucket, {"bucket": bucket})
    yield from stranger_results(accounts, context, f"{resource.name} is copied to")
    if nameless and found.doubt:
        yield Unknown(f"{nameless[0]} is no audited account's bucket, but {found.doubt}", BUCKETS)


def _destinations(answer: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(bucket, account or empty) of the enabled rules."""
    for rule in answer.get("ReplicationConfiguration", {}).get("Rules", []):
        if rule.get("Status") == "Enabled":
            destination = rule.get("Destination", {})
            yield str(destination.get("Bucket", "")).rpartition(":")[2], str(destination.get("Account", ""))
