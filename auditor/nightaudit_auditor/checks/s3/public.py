"""Buckets that are open to everybody."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.buckets import OBJECT_READ, writes
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.effective import (
    BY_ACL,
    BY_POLICY,
    PUBLIC_OPERATIONS,
    acl_grants,
    public_actions,
    public_ways,
)
from nightaudit_auditor.checks.s3.kinds import BUCKET
from nightaudit_auditor.manifests import glob_matches

_BLOCK = (
    "S3 > the bucket > Permissions > Block public access > Edit > Block all. "
    "CLI: aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
)
_TERRAFORM = """resource "aws_s3_bucket_public_access_block" "data" {
  bucket                  = aws_s3_bucket.data.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}"""
_REFERENCE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"


@check(
    "S3_BUCKET_PUBLIC_WRITE",
    kind=BUCKET,
    title="Everybody can write to a bucket",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    needs=PUBLIC_OPERATIONS,
    risk="Strangers can replace what others download, delete it, store what they like at your cost, or open the bucket further.",
    remediation=_BLOCK,
    terraform=_TERRAFORM,
    references=(_REFERENCE,),
)
def public_write(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access of account and bucket, the policy grants everybody an action that changes objects, the policy or
    the ACL, or the ACL grants WRITE, WRITE_ACP or FULL_CONTROL to AllUsers or AuthenticatedUsers."""
    ways = public_ways(context.data, resource.region, resource.name)
    grants = sorted(action for action in ways.actions if writes(action))
    grants += [grant for grant in ways.grants if not grant.endswith((":READ", ":READ_ACP"))]
    if grants:
        yield Fail(f"everybody can write to {resource.name}", evidence={"grants": grants})
    else:
        yield from ways.doubts
        if ways.unread:
            raise ways.unread[0]


@check(
    "S3_BUCKET_PUBLIC_POLICY",
    kind=BUCKET,
    title="A bucket's policy lets everybody list it or read its settings",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=BY_POLICY,
    risk="Strangers see what is in the bucket, old versions, tags or its configuration, and need not guess names.",
    remediation=_BLOCK,
    terraform=_TERRAFORM,
    aliases=("S3_PUBLIC_POLICY",),
    references=(_REFERENCE,),
)
def public_policy(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access and the policy's own Deny statements, everybody may do more than s3:GetObject, writing aside
    (that is S3_BUCKET_PUBLIC_WRITE)."""
    for found in public_actions(context.data, resource.region, resource.name):
        if isinstance(found, Unknown):
            yield found
        elif more := sorted(action for action in found if action not in OBJECT_READ and not writes(action)):
            yield Fail(f"everybody may do more than read objects of {resource.name}", evidence={"actions": more})


@check(
    "S3_BUCKET_PUBLIC_GETOBJECT",
    kind=BUCKET,
    title="A bucket's policy lets everybody read objects",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    needs=BY_POLICY,
    risk="Whoever knows or guesses a name reads the object. Some buckets are meant to be so; leaks mostly are not.",
    remediation=_BLOCK
    + ". A bucket that is meant to be public is better served through CloudFront, or covered by an AuditException.",
    terraform=_TERRAFORM,
    parameters=("expect.privateBuckets",),
    aliases=("S3_PUBLIC_POLICY_GETOBJECT_ONLY",),
    references=(_REFERENCE,),
    worst=Severity.HIGH,
)
def public_getobject(resource: Resource, context: Context) -> Iterator[Result]:
    """After Block Public Access and the policy's own Deny statements, everybody may do s3:GetObject, and otherwise at most write
    (which is told apart). High if the schedule says in expect.privateBuckets that the bucket must be private."""
    private = any(glob_matches(pattern, resource.name) for pattern in context.settings.private_buckets)
    for found in public_actions(context.data, resource.region, resource.name):
        if isinstance(found, Unknown):
            yield found
        elif {action for action in found if not writes(action)} == set(OBJECT_READ):
            yield Fail(f"everybody can read objects of {resource.name}", severity=Severity.HIGH if private else None)


@check(
    "S3_BUCKET_PUBLIC_ACL",
    kind=BUCKET,
    title="A bucket's ACL lets everybody in",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=BY_ACL,
    risk="Strangers (or everybody with an AWS account, which is the same) can list the bucket or read its ACL.",
    remediation=(
        "S3 > the bucket > Permissions > Object Ownership > ACLs disabled. CLI: aws s3api put-bucket-ownership-controls "
        "--bucket BUCKET --ownership-controls Rules=[{ObjectOwnership=BucketOwnerEnforced}]"
    ),
    terraform="""resource "aws_s3_bucket_ownership_controls" "data" {
  bucket = aws_s3_bucket.data.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}""",
    aliases=("S3_PUBLIC_ACL",),
    references=("https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html", _REFERENCE),
)
def public_acl(resource: Resource, context: Context) -> Iterator[Fail]:
    """The ACL grants something to AllUsers or AuthenticatedUsers, IgnorePublicAcls is off in account and bucket, and ownership
    is not BucketOwnerEnforced."""
    if grants := acl_grants(context.data, resource.region, resource.name):
        yield Fail(f"the ACL of {resource.name} grants {', '.join(grants)}", evidence={"grants": list(grants)})
