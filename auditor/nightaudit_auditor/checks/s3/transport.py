"""Transport encryption."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.buckets import POLICY, bucket_arn, bucket_policy
from nightaudit_auditor.aws.policy import Document, Request, Truth, applies
from nightaudit_auditor.aws.policy.strangers import stranger
from nightaudit_auditor.aws.policy.truth import some
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.checks.s3.kinds import BUCKET
from nightaudit_auditor.snapshot import Account

_SAMPLE = (("s3:GetObject", "/*"), ("s3:PutObject", "/*"), ("s3:DeleteObject", "/*"), ("s3:ListBucket", ""))


@check(
    "S3_BUCKET_NO_TLS_DENY",
    kind=BUCKET,
    title="A bucket may be used without TLS",
    severity=Severity.LOW,
    tier=Tier.C,
    needs=(POLICY,),
    risk="Who sits on the way can read what is sent over plain HTTP.",
    remediation=(
        "Add a Deny of s3:* on the bucket and its objects with the condition Bool aws:SecureTransport false. "
        "CLI: aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json"
    ),
    compliance=(
        "CIS-AWS-3.0:2.1.1",
        "CIS-AWS-4.0:2.1.1",
        "CIS-AWS-5.0:2.1.1",
        "CIS-AWS-6.0:3.1.1",
        "CIS-AWS-7.0:3.1.1",
    ),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",),
)
def no_tls_deny(resource: Resource, context: Context) -> Iterator[Fail]:
    """No Deny of the policy forbids everybody to use the bucket and its objects while aws:SecureTransport is false."""
    document = bucket_policy(context.data, resource.region, resource.name)
    if document is None or not _denies_plain_http(document, context.data.account, resource.name):
        yield Fail(f"{resource.name} accepts requests without TLS")


def _denies_plain_http(document: Document, account: Account, bucket: str) -> bool:
    arn = bucket_arn(account, bucket)
    for caller, facts in stranger(account.id):
        plain = facts.but(aws__securetransport=(("false",),))
        for action, below in _SAMPLE:
            request = Request(action, arn + below, caller, plain)
            if some(applies(statement, request) for statement in document.denying()) is not Truth.YES:
                return False
    return True
