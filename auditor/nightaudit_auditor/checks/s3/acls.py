"""ACLs that let foreign accounts in."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.buckets import ACL, BUCKETS, LOCATION, OWNERSHIP, enforces_owner
from nightaudit_auditor.aws.owners import owners
from nightaudit_auditor.checks.foreign import TRUST, TRUSTED
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.kinds import BUCKET

_LOG_DELIVERY = frozenset(
    {
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    }
)
"""The account awslogsdelivery, which writes CloudFront's logs, and its like in China (CloudFront Developer Guide, "Standard
logging (legacy)")."""


@check(
    "S3_BUCKET_ACL_FOREIGN",
    kind=BUCKET,
    scope=Scope.ORGANIZATION,
    facts=(BUCKETS, LOCATION),
    needs=(ACL, OWNERSHIP, BUCKETS, *TRUST),
    title="A bucket's ACL lets in an account that nobody knows",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="ACLs are where grants are forgotten: the account can list, write or open up the bucket, and no policy shows it.",
    remediation=(
        "S3 > the bucket > Permissions > Object Ownership > ACLs disabled. CLI: aws s3api put-bucket-ownership-controls "
        "--bucket BUCKET --ownership-controls Rules=[{ObjectOwnership=BucketOwnerEnforced}]"
    ),
    parameters=TRUSTED,
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",),
)
def acl_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """The ACL grants something to a canonical user that is the owner of no audited account's buckets, nor the one that delivers
    CloudFront's logs, and ownership is not BucketOwnerEnforced. One finding for each such user.

    UNKNOWN while an account of the organization, or a trusted one, was not audited: the user may be its.
    """
    data = context.data
    answer = data.answer(ACL, resource.region, {"Bucket": resource.name}) or {}
    known = {*_LOG_DELIVERY, answer.get("Owner", {}).get("ID")}
    granted: dict[str, list[str]] = {}
    for grant in answer.get("Grants", []):
        grantee = grant.get("Grantee", {})
        if (user := grantee.get("ID")) and user not in known:
            granted.setdefault(str(user), []).append(str(grant.get("Permission", "")))
    if not granted:
        return
    found = owners(context.accounts, context.trust)
    strangers = sorted(granted.keys() - found.canonical_users)
    if not strangers or enforces_owner(data, resource.region, resource.name):
        return
    if found.doubt:
        yield Unknown(f"canonical user {strangers[0]} is no audited account's, but {found.doubt}", BUCKETS)
        return
    for user in strangers:
        detail = f"the ACL of {resource.name} lets in canonical user {user}, which is no audited account's"
        yield Fail(detail, user, {"canonicalUser": user, "permissions": sorted(granted[user])})
