"""How a single trail is doing: stopped, unable to deliver, or writing files that nobody could prove genuine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from nightaudit_auditor.checks.cloudtrail.trails import STATUS, TRAILS, coverage, is_owned, trail
from nightaudit_auditor.checks.registry import (
    Context,
    Fail,
    Kind,
    Resource,
    Result,
    Scope,
    Severity,
    Tier,
    Unknown,
    check,
)
from nightaudit_auditor.checks.times import moment
from nightaudit_auditor.snapshot import AccountData, Unreadable

_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_RECENT = timedelta(days=7)


def _trails(data: AccountData) -> Iterator[Resource | Unreadable]:
    """Each trail once: in its home region, in the account that owns it."""
    for region in data.regions:
        try:
            answer = data.answer(TRAILS, region) or {}
        except Unreadable as problem:
            yield problem
            continue
        for item in answer.get("trailList", []):
            if is_owned(item, data, region):
                yield Resource(item["TrailARN"], "AWS::CloudTrail::Trail", item["Name"], region, data=dict(item))


TRAIL = Kind("AWS::CloudTrail::Trail", (TRAILS,), _trails, regional=True)


@check(
    "CLOUDTRAIL_STOPPED",
    kind=TRAIL,
    scope=Scope.ORGANIZATION,
    needs=(STATUS,),
    title="A trail has been stopped",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Stopping the trail is what an intruder does first.",
    remediation="Find out who stopped it: the event StopLogging is in the event history. Console: CloudTrail > Trails > the trail > "
    "Start logging. CLI: aws cloudtrail start-logging --name ARN. Delete a trail that is no longer wanted.",
    terraform="""resource "aws_cloudtrail" "all" {
  name           = "all"
  s3_bucket_name = aws_s3_bucket.trail.id
  enable_logging = true
}""",
    references=(_GUIDE + "cloudtrail-turning-off-logging.html",),
)
def stopped(resource: Resource, context: Context) -> Iterator[Result]:
    """A trail exists and does not log.

    Critical if a region is left without any trail that is logging, if that cannot be ruled out, or if it was stopped less than
    7 days ago; else Low.
    """
    found = trail(resource.data, context.data, context.accounts)
    status = found.status()
    if "IsLogging" not in status:
        yield Unknown("the answer does not say whether the trail logs", STATUS)
    elif not status["IsLogging"]:
        since = status.get("StopLoggingTime")
        recent = since is not None and moment(since) > datetime.fromtimestamp(context.now, UTC) - _RECENT
        regions = context.data.regions if found.multi_region else (found.home,)
        lost = [region for region in regions if not coverage(context.data, region, context.accounts).logging]
        detail = f"stopped at {since}" if since else "not logging, with no record of when it was stopped"
        detail += f"; no trail is known to record {', '.join(lost)}" if lost else "; other trails record its regions"
        evidence = {"stopLoggingTime": since or "", "regionsWithoutTrail": lost}
        yield Fail(detail, "", evidence, None if lost or recent else Severity.LOW)


@check(
    "CLOUDTRAIL_DELIVERY_FAILING",
    kind=TRAIL,
    needs=(STATUS,),
    title="A trail cannot deliver its log files",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="The trail looks healthy and records nothing: a changed bucket or key policy is enough, by mistake or on purpose.",
    remediation="Look at the error, then at the policies of the bucket and of the KMS key. Console: CloudTrail > Trails > the trail > "
    "S3 bucket. CLI: aws cloudtrail get-trail-status --name ARN; aws s3api get-bucket-policy --bucket BUCKET.",
    terraform="""resource "aws_s3_bucket_policy" "trail" {
  bucket = aws_s3_bucket.trail.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.trail.arn
        Condition = { StringEquals = { "aws:SourceArn" = var.trail_arn } }
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.trail.arn}/AWSLogs/*"
        Condition = { StringEquals = { "aws:SourceArn" = var.trail_arn, "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
    ]
  })
}""",
    references=(_GUIDE + "create-s3-bucket-policy-for-cloudtrail.html",),
)
def delivery_failing(resource: Resource, context: Context) -> Iterator[Result]:
    """A trail that is logging reports a delivery error, and no delivery has succeeded since.

    A trail that merely has had nothing to deliver passes.
    """
    status = trail(resource.data, context.data, context.accounts).status()
    if not status.get("IsLogging") or not (error := status.get("LatestDeliveryError")):
        return
    attempt = status.get("LatestDeliveryAttemptTime")
    success = status.get("LatestDeliveryAttemptSucceeded") or status.get("LatestDeliveryTime")
    if attempt and success and moment(success) >= moment(attempt):
        return
    evidence: dict[str, Any] = {
        "error": error,
        "bucket": resource.data.get("S3BucketName", ""),
        "lastDelivery": success or "",
    }
    yield Fail(f"{error} (bucket {evidence['bucket']}, last delivery: {success or 'never'})", "", evidence)


@check(
    "CLOUDTRAIL_NO_VALIDATION",
    kind=TRAIL,
    title="A trail's log files cannot be proven genuine",
    severity=Severity.LOW,
    tier=Tier.C,
    risk="Without digests nobody can tell whether log files were changed or deleted after they were delivered.",
    remediation="Console: CloudTrail > Trails > the trail > General details > Edit > Log file validation. CLI: aws cloudtrail "
    "update-trail --name ARN --enable-log-file-validation.",
    compliance=("CIS-AWS-3.0:3.2", "CIS-AWS-4.0:3.2", "CIS-AWS-5.0:3.2", "CIS-AWS-6.0:4.2", "CIS-AWS-7.0:4.2"),
    references=(_GUIDE + "cloudtrail-log-file-validation-intro.html",),
)
def no_validation(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """Log file validation is off."""
    enabled = resource.data.get("LogFileValidationEnabled")
    if enabled is None:
        yield Unknown("the trail does not say whether log files are validated", TRAILS)
    elif not enabled:
        yield Fail("LogFileValidationEnabled is false")
