"""Whose key encrypts a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, stranger_results
from nightaudit_auditor.checks.registry import Context, Resource, Result, Severity, Tier, check
from nightaudit_auditor.checks.s3.kinds import BUCKET

_ENCRYPTION: Final = "s3.get_bucket_encryption"


@check(
    "S3_BUCKET_KMS_FOREIGN",
    kind=BUCKET,
    needs=(_ENCRYPTION, *TRUST),
    title="A bucket is encrypted with the key of an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever owns the key can take it away, and then demand a ransom for everything that was written since: extortion "
    "that needs no malware.",
    remediation=(
        "S3 > the bucket > Properties > Default encryption > Edit: a key of your own; then rewrite the objects while the foreign "
        "key still works. CLI: aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration "
        "file://encryption.json. Look in CloudTrail for PutBucketEncryption."
    ),
    terraform="""\
resource "aws_s3_bucket_server_side_encryption_configuration" "orders" {
  bucket = aws_s3_bucket.orders.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.orders.arn
    }
    bucket_key_enabled = true
  }
}
""",
    parameters=VOUCHED_FOR,
    references=(
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
    ),
)
def kms_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """The default encryption names, by its ARN, a key of an account outside of the own, the organization's, the trusted and known
    vendors' ones. A key id or alias without an ARN is looked up in the writer's account."""
    answer = context.data.answer(_ENCRYPTION, resource.region, {"Bucket": resource.name}) or {}
    keys: dict[str, dict[str, str]] = {}
    for rule in answer.get("ServerSideEncryptionConfiguration", {}).get("Rules", []):
        key = str((rule.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID", ""))
        if key.startswith("arn:"):
            keys[parse_arn(key).account] = {"key": key}
    yield from stranger_results(keys, context, f"{resource.name} is encrypted with a key of")
