"""Block Public Access for the account as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.buckets import ACCOUNT_BLOCK, BUCKETS
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


@check(
    "S3_ACCOUNT_PAB_OFF",
    kind=ACCOUNT,
    title="Block Public Access is not wholly on for the account",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(ACCOUNT_BLOCK, BUCKETS),
    risk="One careless policy or ACL makes a bucket public.",
    remediation=(
        "S3 > Block Public Access settings for this account > Edit > Block all. CLI: aws s3control put-public-access-block "
        "--account-id ACCOUNT --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
    ),
    compliance=(
        "CIS-AWS-3.0:2.1.4",
        "CIS-AWS-4.0:2.1.4",
        "CIS-AWS-5.0:2.1.4",
        "CIS-AWS-6.0:3.1.4",
        "CIS-AWS-7.0:3.1.4",
    ),
    aliases=("S3_ACCESS_BLOCK_OFF", "S3_ACCESS_BLOCK_ALL_ACCESS_TYPES"),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html",),
)
def account_block_off(_resource: Resource, context: Context) -> Iterator[Fail]:
    """The account has no Block Public Access configuration, or one of its four settings is off. Accounts without any bucket
    are left alone."""
    answer = context.data.answer(ACCOUNT_BLOCK, parameters={"AccountId": context.data.account.id}) or {}
    configuration = answer.get("PublicAccessBlockConfiguration", {})
    off = [setting for setting in _SETTINGS if configuration.get(setting) is not True]
    if off and (context.data.answer(BUCKETS) or {}).get("Buckets"):
        yield Fail(f"off for the account: {', '.join(off)}", evidence={"off": off})
