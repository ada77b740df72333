"""Where trails' log files end up: whose bucket it is, who gets at it, and how long it keeps them.

The bucket is judged where it is, whichever audited account's trail delivers to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.aws import parse_arn, per_account
from nightaudit_auditor.aws.buckets import BUCKETS, LOCATION
from nightaudit_auditor.aws.owners import owners
from nightaudit_auditor.checks.cloudtrail.health import TRAIL
from nightaudit_auditor.checks.cloudtrail.trails import TRAILS, listed
from nightaudit_auditor.checks.foreign import TRUST, TRUSTED
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.s3.effective import PUBLIC_OPERATIONS, public_ways
from nightaudit_auditor.checks.s3.kinds import BUCKET
from nightaudit_auditor.snapshot import AccountData, Gone, Outcome

_LIFECYCLE: Final = "s3.get_bucket_lifecycle_configuration"
_OWNERS: Final = (BUCKETS, LOCATION, *TRUST)
_GUIDE: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_KEPT_DAYS: Final = 90
"""What CloudTrail's own event history keeps: a trail is there to keep more."""


@check(
    "CLOUDTRAIL_BUCKET_PUBLIC",
    kind=BUCKET,
    scope=Scope.ORGANIZATION,
    facts=(TRAILS,),
    needs=(TRAILS, *PUBLIC_OPERATIONS),
    title="Everybody gets at a trail's log files",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="The files show who works how in the account, with names and addresses: a map for an attacker. Who may write or delete "
    "there covers his tracks.",
    remediation="Console: S3 > the bucket > Permissions > Block public access > Edit > Block all. CLI: aws s3api "
    "put-public-access-block --bucket BUCKET --public-access-block-configuration "
    "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
    terraform="""\
resource "aws_s3_bucket_public_access_block" "trail" {
  bucket                  = aws_s3_bucket.trail.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
""",
    references=(_GUIDE + "create-s3-bucket-policy-for-cloudtrail.html",),
)
def bucket_public(resource: Resource, context: Context) -> Iterator[Result]:
    """A bucket to which a trail of any audited account delivers lets everybody in by its policy or by its ACL, Block Public
    Access of bucket and account considered. Other buckets are not judged here."""
    trails = _trails_to(resource.name, context)
    if not trails:
        return
    ways = public_ways(context.data, resource.region, resource.name)
    if grants := [*sorted(ways.actions), *ways.grants]:
        yield Fail(f"everybody gets at {resource.name}", evidence={"grants": grants, "trails": sorted(trails)})
        return
    yield from ways.doubts
    if ways.unread:
        raise ways.unread[0]


@check(
    "CLOUDTRAIL_BUCKET_FOREIGN",
    kind=TRAIL,
    scope=Scope.ORGANIZATION,
    facts=_OWNERS,
    needs=_OWNERS,
    title="A trail delivers to a bucket that nobody owns",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Either somebody else collects the record of all that is done, or the bucket is gone, and whoever takes its name will.",
    remediation="Deliver to a bucket of the organization. Console: CloudTrail > Trails > the trail > Edit > Storage location. CLI: "
    "aws cloudtrail update-trail --name ARN --s3-bucket-name BUCKET. Look in CloudTrail for UpdateTrail and DeleteBucket.",
    terraform="""\
resource "aws_cloudtrail" "main" {
  name                  = "main"
  s3_bucket_name        = aws_s3_bucket.trail.id
  is_multi_region_trail = true
}
""",
    parameters=TRUSTED,
    references=(_GUIDE + "cloudtrail-update-a-trail-console.html",),
)
def bucket_foreign(resource: Resource, context: Context) -> Iterator[Result]:
    """The trail's bucket is in no audited account. UNKNOWN while an account of the organization, or a trusted one, was not audited:
    the bucket may be its."""
    found = owners(context.accounts, context.trust)
    name = str(resource.data.get("S3BucketName", ""))
    if found.bucket(name) is not None:
        return
    if found.doubt:
        yield Unknown(f"bucket {name} is in no audited account, but {found.doubt}", BUCKETS)
    else:
        yield Fail(f"bucket {name} is in no audited account", evidence={"bucket": name})


@check(
    "CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE",
    kind=BUCKET,
    scope=Scope.ORGANIZATION,
    facts=(TRAILS,),
    needs=(TRAILS, _LIFECYCLE),
    title="A trail's log files are deleted before 90 days",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A lifecycle rule deletes the evidence without a single call of DeleteObject: the quiet way to cover tracks.",
    remediation="Console: S3 > the bucket > Management > Lifecycle rules: lengthen the expiration, or archive instead. CLI: aws s3api "
    "put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://lifecycle.json. Look in CloudTrail for "
    "PutBucketLifecycle.",
    terraform="""\
resource "aws_s3_bucket_lifecycle_configuration" "trail" {
  bucket = aws_s3_bucket.trail.id
  rule {
    id     = "keep-a-year"
    status = "Enabled"
    filter { prefix = "AWSLogs/" }
    expiration { days = 365 }
  }
}
""",
    references=(
        _GUIDE + "get-and-view-cloudtrail-log-files.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html",
    ),
)
def bucket_short_lifecycle(resource: Resource, context: Context) -> Iterator[Result]:
    """An enabled lifecycle rule of a bucket to which a trail of any audited account delivers expires current objects before they
    are 90 days old, or at a date, and its prefix meets the trail's log files or their digests: `AWSLogs/`, the account and
    `CloudTrail`, with the organization before the account if it is an organization's trail. Rules for tagged objects do not
    apply: CloudTrail sets no tags. One finding for each rule, whether the bucket keeps versions or not.
    """
    trails = _trails_to(resource.name, context)
    if not trails:
        return
    answer = context.data.answer(_LIFECYCLE, resource.region, {"Bucket": resource.name}) or {}
    for rule in answer.get("Rules", []):
        expiration = rule.get("Expiration") or {}
        days, date = expiration.get("Days"), expiration.get("Date")
        short = date is not None or (days is not None and days < _KEPT_DAYS)
        met = sorted(trail for trail, keys in trails.items() if _meets(rule, keys))
        if short and met and rule.get("Status") == "Enabled":
            when = f"after {days} days" if date is None else f"at {date}"
            evidence = {"rule": rule, "trails": met}
            yield Fail(f"log files in {resource.name} are deleted {when}", str(rule.get("ID", "")), evidence)


@dataclass(frozen=True)
class _Keys:
    """How the keys of a trail's log files begin: `root`, then OWNER/CloudTrail…; for an `organization`'s trail, o-ID/ACCOUNT/… of
    any account (CloudTrail User Guide, "Getting and viewing your CloudTrail log files")."""

    root: str
    owner: str
    organization: bool


def _trails_to(bucket: str, context: Context) -> dict[str, _Keys]:
    """ARN → how the keys of its log files begin, of the trails that deliver to the bucket.

    Raises Gone if none is known and some account's trails could not be read: then nobody can say whether the bucket is in
    scope.
    """
    found: dict[str, _Keys] = {}
    complete = True
    for data in context.accounts.values():
        destinations = _destinations(data)
        found |= destinations.by_bucket.get(bucket, {})
        complete = complete and destinations.complete
    if not found and not complete:
        raise Gone(bucket)
    return found


@dataclass(frozen=True)
class _Destinations:
    """The trails that an account lists, by bucket; `complete` if it could list all of them."""

    by_bucket: Mapping[str, Mapping[str, _Keys]]
    complete: bool


@per_account
def _destinations(data: AccountData) -> _Destinations:
    found = listed(data)
    by_bucket: dict[str, dict[str, _Keys]] = {}
    for item in found.items:
        prefix = item.get("S3KeyPrefix") or ""
        arn = str(item["TrailARN"])
        root = f"{prefix}/AWSLogs/" if prefix else "AWSLogs/"
        keys = _Keys(root, parse_arn(arn).account, bool(item.get("IsOrganizationTrail")))
        by_bucket.setdefault(str(item.get("S3BucketName", "")), {})[arn] = keys
    # Nothing can run in a region that an organization's policy closes.
    open_ = [problem for problem in found.unread.values() if problem.outcome is not Outcome.BLOCKED]
    return _Destinations(by_bucket, complete=not open_)


def _meets(rule: Mapping[str, Any], keys: _Keys) -> bool:
    """Whether a lifecycle rule applies to some of the trail's objects, which are untagged."""
    filter_ = rule.get("Filter") or {}
    conditions = filter_.get("And") or filter_
    if conditions.get("Tag") or conditions.get("Tags"):
        return False
    return _some_begin(keys, str(conditions.get("Prefix") or rule.get("Prefix") or ""))


def _some_begin(keys: _Keys, prefix: str) -> bool:
    """Whether some of the keys begin with `prefix`."""
    if keys.root.startswith(prefix):
        return True
    if not prefix.startswith(keys.root):
        return False
    below = prefix.removeprefix(keys.root).split("/")
    if keys.organization and below[0].startswith("o-"):
        below = below[1:]
    if len(below) < 2:
        return keys.organization or keys.owner.startswith(below[0])
    if below[0] != keys.owner and not keys.organization:
        return False
    return below[1].startswith("CloudTrail") or (len(below) == 2 and "CloudTrail".startswith(below[1]))
