"""What the checks of CloudTrail find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import OWN, REGION, SISTER, Case, account, denied, failed, ok, switched_off
from tests.unit.checks.cloudtrail import bucket_cases
from tests.unit.checks.shapes import said

OTHER = "eu-west-1"
OFF, NARROW, PARTIAL = "CLOUDTRAIL_OFF", "CLOUDTRAIL_NOT_MULTIREGION", "CLOUDTRAIL_EVENTS_PARTIAL"
STOPPED, FAILING, VALIDATION = "CLOUDTRAIL_STOPPED", "CLOUDTRAIL_DELIVERY_FAILING", "CLOUDTRAIL_NO_VALIDATION"

ALL_EVENTS = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}


def trail(name: str = "main", home: str = REGION, owner: str = OWN, **more: Any) -> dict[str, Any]:
    found = {
        "Name": name, "TrailARN": f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}", "HomeRegion": home,
        "S3BucketName": "logs", "IsMultiRegionTrail": True, "IsOrganizationTrail": False, "LogFileValidationEnabled": True,
    }  # fmt: skip
    return said(**found | more)


def world(
    *trails: dict[str, Any],
    status: dict[str, Any] | None = None,
    selectors: dict[str, Any] | None = None,
    audited: tuple[str, ...] = (REGION,),
    id_: str = OWN,
    more: tuple[Record, ...] = (),
    without: str = "",
) -> AccountData:
    """An account whose regions list trails that share a status and selectors; `more` replaces records, `without` is denied.

    As AWS does, every region lists copies of multi-region trails, and each trail is read in its home region only if it is audited.
    """
    records: list[Record] = []
    for region in audited:
        listed = [found for found in trails if found["IsMultiRegionTrail"] or found["HomeRegion"] == region]
        records.append(ok("cloudtrail.describe_trails", region, {"trailList": listed}))
    for found in trails:
        home, arn = found["HomeRegion"], found["TrailARN"]
        if home not in audited:
            continue
        records.append(
            ok("cloudtrail.get_trail_status", home, {"IsLogging": True} if status is None else status, Name=arn)
        )
        records.append(
            ok("cloudtrail.get_event_selectors", home, ALL_EVENTS if selectors is None else selectors, TrailName=arn)
        )
    kept = [denied(r.name, r.region, **r.parameters) if r.name.endswith(f".{without}") else r for r in records]
    return account(*kept, *more, regions=audited, id_=id_)


def case(check: str, shape: Any, why: str, *accounts: AccountData, finds: tuple[str, ...] = ("",), severity: Severity | None = None, whose: tuple[str, ...] = (OWN,)) -> Case:  # fmt: skip
    return Case(check, shape, why, accounts, finds, severity, whose=whose)


ORG_TRAIL = trail("org", owner=SISTER, IsOrganizationTrail=True)
ABROAD = trail("abroad", home=OTHER)
SILENT = {"IsLogging": False, "StopLoggingTime": "2026-01-01T00:00:00Z"}
STATUS_ARN = trail()["TrailARN"]
SECOND = trail("second")


def one_of_two_logs(stopped: dict[str, Any]) -> AccountData:
    """`main` is stopped, `second` logs the same regions."""
    return world(trail(), SECOND, more=(ok("cloudtrail.get_trail_status", REGION, stopped, Name=STATUS_ARN),))


def member(
    *trails: dict[str, Any], status: Record | None = None, selectors: Record | None = None, **rest: Any
) -> AccountData:
    """A member account that lists the organization's trail too; it may read its status, and by default not its selectors."""
    hidden = failed("cloudtrail.get_event_selectors", REGION, Outcome.GONE, TrailName=ORG_TRAIL["TrailARN"])
    return world(*trails, ORG_TRAIL, more=(selectors or hidden, *([status] if status else [])), **rest)


def manager(*trails: dict[str, Any], **rest: Any) -> AccountData:
    """The management account, owner of the organization's trail."""
    return world(*trails, id_=SISTER, **rest)


NO_STATUS = denied("cloudtrail.get_trail_status", REGION, Name=ORG_TRAIL["TrailARN"])
BLOCKED = failed("cloudtrail.describe_trails", REGION, Outcome.BLOCKED)
UNLISTED = denied("cloudtrail.describe_trails", OTHER)
REGIONS_UNKNOWN = failed("cloudtrail.describe_trails", outcome=Outcome.SKIPPED, code="RegionsUnknown")

COVERAGE = [
    case(OFF, "planted", "no trail at all", world()),
    case(OFF, "planted", "a trail that does not log", world(trail(), status={"IsLogging": False})),
    case(OFF, "planted", "a single-region trail leaves the other region dark", world(trail(IsMultiRegionTrail=False), audited=(REGION, OTHER))),
    case(OFF, "planted", "in two regions: two findings", world(audited=(REGION, OTHER)), finds=("", "")),
    case(OFF, "planted", "a trail of the management account that the member does not list", world(), manager(trail("own", owner=SISTER))),
    case(OFF, "planted", "the organization's trail has been stopped", member(status=ok("cloudtrail.get_trail_status", REGION, {"IsLogging": False}, Name=ORG_TRAIL["TrailARN"]))),
    case(OFF, "hardened", "a multi-region trail in another region", world(trail(), audited=(REGION, OTHER))),
    case(OFF, "hardened", "a single-region trail records its own region", world(trail(IsMultiRegionTrail=False))),
    case(OFF, "hardened", "the organization's trail, its owner not audited", member()),
    case(OFF, "hardened", "the organization's trail, whose status only its owner could read", member(status=NO_STATUS), manager(ORG_TRAIL)),
    case(OFF, "hardened", "a trail with an unread home is not the only one", world(trail(), ABROAD)),
    case(OFF, "hardened", "a region is unread, but another lists a copy", world(trail(), audited=(REGION, OTHER), more=(UNLISTED,))),
    case(OFF, "hardened", "the organization switched the region off", switched_off()),
    case(PARTIAL, "hardened", "the organization switched the region off", switched_off()),
    case(OFF, "unreadable", "a policy of the organization denies CloudTrail alone", world(more=(BLOCKED, ok("ec2.describe_vpcs", REGION)))),
    case(PARTIAL, "unreadable", "a policy of the organization denies CloudTrail alone", world(more=(BLOCKED, ok("ec2.describe_vpcs", REGION)))),
    case(NARROW, "unreadable", "a policy of the organization denies CloudTrail alone", world(more=(BLOCKED, ok("ec2.describe_vpcs", REGION)))),
    case(OFF, "unreadable", "trails denied", world(without="describe_trails")),
    case(OFF, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(OFF, "unreadable", "the trail has its home in a region that is left out", world(ABROAD)),
    case(OFF, "unreadable", "the status of the organization's trail denied", member(status=NO_STATUS)),
    case(OFF, "unreadable", "the member is told that there is no such trail", member(status=failed("cloudtrail.get_trail_status", REGION, Outcome.GONE, Name=ORG_TRAIL["TrailARN"]))),
    case(NARROW, "planted", "single-region trails only", world(trail(IsMultiRegionTrail=False))),
    case(NARROW, "planted", "the management account's multi-region trail is its own", world(trail(IsMultiRegionTrail=False)), manager(trail("own", owner=SISTER))),
    case(NARROW, "planted", "another region is unread, but a multi-region trail would be listed here too", world(trail(IsMultiRegionTrail=False), audited=(REGION, OTHER), more=(UNLISTED,))),
    case(NARROW, "hardened", "a multi-region trail", world(trail())),
    case(NARROW, "hardened", "a multi-region trail whose home is in a region that is left out", world(trail(IsMultiRegionTrail=False), ABROAD)),
    case(NARROW, "hardened", "the organization's trail covers all regions", member(trail(IsMultiRegionTrail=False))),
    case(NARROW, "hardened", "no trail is another check's business", world()),
    case(NARROW, "unreadable", "trails denied", world(without="describe_trails")),
    case(NARROW, "unreadable", "no trail is known, and a region is unread", world(audited=(REGION, OTHER), more=(UNLISTED,))),
    case(NARROW, "unreadable", "no region is known", world(audited=(), more=(REGIONS_UNKNOWN,))),
]  # fmt: skip


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [management, *fields]}]}


def classic(**more: Any) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, **more}]}


HALVES = {"EventSelectors": [{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}]}
DATA_TOO = {"AdvancedEventSelectors": [*advanced()["AdvancedEventSelectors"], {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]}  # fmt: skip
WRITES = classic(ReadWriteType="WriteOnly")

EVENTS = [
    case(PARTIAL, "planted", "writing events only", world(trail(), selectors=classic(ReadWriteType="WriteOnly"))),
    case(PARTIAL, "planted", "KMS excluded", world(trail(), selectors=classic(ExcludeManagementEventSources=["kms.amazonaws.com"]))),
    case(PARTIAL, "planted", "data events only", world(trail(), selectors=classic(IncludeManagementEvents=False))),
    case(PARTIAL, "planted", "advanced, reading events only", world(trail(), selectors=advanced({"Field": "readOnly", "Equals": ["true"]}))),
    case(PARTIAL, "planted", "advanced, data events only", world(trail(), selectors={"AdvancedEventSelectors": DATA_TOO["AdvancedEventSelectors"][1:]})),
    case(PARTIAL, "planted", "advanced, a source left out", world(trail(), selectors=advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}))),
    case(PARTIAL, "planted", "the organization's trail, as its owner says, in both accounts", member(), manager(ORG_TRAIL, selectors=WRITES), finds=("", ""), whose=(OWN, SISTER)),
    case(PARTIAL, "hardened", "all", world(trail())),
    case(PARTIAL, "hardened", "a new trail has the default selector", world(trail(), selectors={"EventSelectors": []})),
    case(PARTIAL, "hardened", "reading and writing by two selectors", world(trail(), selectors=HALVES)),
    case(PARTIAL, "hardened", "advanced, all management and some data events", world(trail(), selectors=DATA_TOO)),
    case(PARTIAL, "hardened", "advanced, all management events and no others", world(trail(), selectors=advanced())),
    case(PARTIAL, "hardened", "the organization's trail records all, as its owner says", member(), manager(ORG_TRAIL)),
    case(PARTIAL, "hardened", "nobody knows what the organization's trail records, but another records all", member(trail())),
    case(PARTIAL, "hardened", "no trail is another check's business", world()),
    case(PARTIAL, "unreadable", "selectors denied", world(trail(), without="get_event_selectors")),
    case(PARTIAL, "unreadable", "a selector that nobody understands", world(trail(), selectors=classic(ReadWriteType="Some"))),
    case(PARTIAL, "unreadable", "only its owner, who is not audited, knows what the organization's trail records", member()),
    case(PARTIAL, "unreadable", "its owner could not read what the organization's trail records", member(), manager(ORG_TRAIL, without="get_event_selectors")),
    case(PARTIAL, "unreadable", "a trail whose home is in a region that is left out may record the rest", world(trail(), ABROAD, selectors=WRITES)),
]  # fmt: skip

LATE = {"IsLogging": True, "LatestDeliveryError": "AccessDenied", "LatestDeliveryAttemptTime": "2026-11-22T10:00:00Z"}
SHADOW = trail("org", owner=SISTER, IsOrganizationTrail=True, LogFileValidationEnabled=False)

HEALTH = [
    case(STOPPED, "planted", "the only trail", world(trail(), status=SILENT)),
    case(STOPPED, "planted", "never started", world(trail(), status={"IsLogging": False})),
    case(STOPPED, "planted", "another trail goes on, stopped yesterday", one_of_two_logs({"IsLogging": False, "StopLoggingTime": "2026-11-22T10:00:00Z"})),
    case(STOPPED, "planted", "another trail goes on, stopped long ago", one_of_two_logs(SILENT), severity=Severity.LOW),
    case(STOPPED, "planted", "it recorded all regions, another goes on in one", world(
        trail(), trail("second", IsMultiRegionTrail=False), audited=(REGION, OTHER), more=(ok("cloudtrail.get_trail_status", REGION, SILENT, Name=STATUS_ARN),))),
    case(STOPPED, "planted", "another trail goes on, stopped yesterday, said without an offset", one_of_two_logs({"IsLogging": False, "StopLoggingTime": "2026-11-22T10:00:00"})),
    case(STOPPED, "planted", "it recorded one region, and so does another; a second region was never its business", world(
        trail(IsMultiRegionTrail=False), trail("second", IsMultiRegionTrail=False), audited=(REGION, OTHER), more=(ok("cloudtrail.get_trail_status", REGION, SILENT, Name=STATUS_ARN),)), severity=Severity.LOW),
    case(STOPPED, "hardened", "logging", world(trail())),
    case(STOPPED, "hardened", "a copy of the organization's trail is counted at its owner's", world(SHADOW, status=SILENT)),
    case(STOPPED, "planted", "a trail that two regions list is counted in its home", world(trail(), status=SILENT, audited=(REGION, OTHER))),
    case(STOPPED, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(STOPPED, "unreadable", "the answer does not say", world(trail(), status={})),
    case(FAILING, "planted", "an error and no success", world(trail(), status=LATE)),
    case(FAILING, "planted", "nobody knows when the attempt was", world(trail(), status={"IsLogging": True, "LatestDeliveryError": "AccessDenied", "LatestDeliveryAttemptSucceeded": "2026-11-22T10:00:00Z"})),
    case(FAILING, "planted", "an error after the last success", world(trail(), status=LATE | {"LatestDeliveryAttemptSucceeded": "2026-11-21T10:00:00Z"})),
    case(FAILING, "hardened", "a later success", world(trail(), status=LATE | {"LatestDeliveryAttemptSucceeded": "2026-11-22T10:00:00Z"})),
    case(FAILING, "hardened", "a later success, said without an offset", world(trail(), status=LATE | {"LatestDeliveryAttemptSucceeded": "2026-11-22T11:00:00"})),
    case(FAILING, "hardened", "an idle account delivered long ago", world(trail(), status={"IsLogging": True, "LatestDeliveryTime": "2026-01-01T00:00:00Z"})),
    case(FAILING, "hardened", "a stopped trail delivers nothing", world(trail(), status=LATE | {"IsLogging": False})),
    case(FAILING, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(VALIDATION, "planted", "off", world(trail(LogFileValidationEnabled=False))),
    case(VALIDATION, "planted", "off, and listed by two regions", world(trail(LogFileValidationEnabled=False), audited=(REGION, OTHER))),
    case(VALIDATION, "hardened", "on", world(trail())),
    case(VALIDATION, "hardened", "a copy of the organization's trail is counted at its owner's", world(SHADOW)),
    case(VALIDATION, "unreadable", "trails denied", world(without="describe_trails")),
    case(VALIDATION, "unreadable", "the answer does not say", world(trail(LogFileValidationEnabled=None))),
]  # fmt: skip

CASES = [*COVERAGE, *EVENTS, *HEALTH, *bucket_cases.CASES]
