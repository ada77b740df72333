"""Whether what happens in an account is recorded at all, everywhere and completely."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.cloudtrail.selectors import records_all_management_events
from nightaudit_auditor.checks.cloudtrail.trails import (
    SELECTORS,
    STATUS,
    TRAILS,
    coverage,
    is_multi_region,
    listed,
    unlisted,
)
from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.regional import ACCOUNT_REGION, require_open
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Scope, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import Gone, Unreadable

_GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_CREATE = (
    "Console: CloudTrail > Trails > Create trail, for all accounts of the organization, with all regions. CLI: aws cloudtrail "
    "create-trail --name NAME --s3-bucket-name BUCKET --is-multi-region-trail --enable-log-file-validation; aws cloudtrail "
    "start-logging --name NAME."
)
_CIS_TRAIL = ("CIS-AWS-3.0:3.1", "CIS-AWS-4.0:3.1", "CIS-AWS-5.0:3.1", "CIS-AWS-6.0:4.1", "CIS-AWS-7.0:4.1")


@check(
    "CLOUDTRAIL_OFF",
    kind=ACCOUNT_REGION,
    scope=Scope.ORGANIZATION,
    needs=(TRAILS, STATUS),
    title="No trail records a region",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="An intrusion there leaves no evidence beyond the 90 days of the event history, and raises no alarm.",
    remediation=_CREATE,
    terraform="""resource "aws_cloudtrail" "all" {
  name                       = "all"
  s3_bucket_name             = aws_s3_bucket.trail.id
  is_multi_region_trail      = true
  enable_log_file_validation = true
}""",
    compliance=_CIS_TRAIL,
    references=(_GUIDE + "cloudtrail-create-and-update-a-trail.html",),
)
def cloudtrail_off(resource: Resource, context: Context) -> Iterator[Result]:
    """No trail that is logging covers the region: neither one of the account nor one of its organization.

    One finding for each account and region. UNKNOWN where a trail may exist that this run could not see.
    """
    require_open(context.data, resource.region, TRAILS)
    found = coverage(context.data, resource.region, context.accounts)
    if found.logging:
        return
    if found.doubts:
        yield found.doubts[0]
    else:
        yield Fail(f"no trail that is logging covers {resource.region}")


@check(
    "CLOUDTRAIL_NOT_MULTIREGION",
    kind=ACCOUNT,
    needs=(TRAILS,),
    title="Trails exist, but none of them covers all regions",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="A region that AWS opens, or that nobody thought of, is not recorded: attackers look for it.",
    remediation="Console: CloudTrail > Trails > the trail > Edit > Multi-region trail. CLI: aws cloudtrail update-trail --name NAME "
    "--is-multi-region-trail.",
    compliance=_CIS_TRAIL,
    references=(_GUIDE + "receive-cloudtrail-log-files-from-multiple-regions.html",),
)
def not_multiregion(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The account or its organization has trails, but no multi-region one. Without any trail see CLOUDTRAIL_OFF.

    Any region would list a multi-region trail, so a region that could not be listed matters only if no trail is known.
    """
    found = listed(context.data)
    if any(map(is_multi_region, found.items)):
        return
    if found.items:
        arns = [item["TrailARN"] for item in found.items]
        yield Fail(f"{len(arns)} trails, none of them for all regions", "", {"trails": arns})
    elif found.unread:
        yield unlisted(next(iter(found.unread.values())))


@check(
    "CLOUDTRAIL_EVENTS_PARTIAL",
    kind=ACCOUNT_REGION,
    scope=Scope.ORGANIZATION,
    needs=(TRAILS, STATUS, SELECTORS),
    title="Not all management events of a region are recorded",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="The calls that are left out are those that an intruder is glad of: what was read, or what was done with keys.",
    remediation="Console: CloudTrail > Trails > the trail > Management events > Edit: Read and Write, nothing excluded. CLI: aws "
    "cloudtrail put-event-selectors --trail-name ARN --event-selectors "
    '\'[{"ReadWriteType":"All","IncludeManagementEvents":true}]\'.',
    references=(_GUIDE + "logging-management-events-with-cloudtrail.html",),
)
def events_partial(resource: Resource, context: Context) -> Iterator[Result]:
    """Trails that are logging cover the region, but none of them records all management events.

    All means reading and writing ones, with no event source excluded, by classic or advanced selectors. Regions without any
    trail that is logging are CLOUDTRAIL_OFF. UNKNOWN where the rest may be recorded by a trail of the organization whose owner
    was not audited: only the owner can read its selectors.
    """
    require_open(context.data, resource.region, TRAILS)
    found = coverage(context.data, resource.region, context.accounts)
    doubts = list(found.doubts)
    partial: list[str] = []
    for trail in found.logging:
        try:
            if records_all_management_events(trail.selectors()):
                return
            partial.append(trail.arn)
        except Unreadable as problem:
            doubts.append(Unknown(f"the event selectors of {trail.arn} are not known: {problem}", SELECTORS))
        except ValueError as problem:
            doubts.append(Unknown(f"an event selector of {trail.arn} is not understood: {problem}"))
        except Gone:
            continue
    if doubts:
        yield doubts[-1]
    elif partial:
        yield Fail(f"no trail records all management events of {resource.region}", "", {"trails": sorted(partial)})
