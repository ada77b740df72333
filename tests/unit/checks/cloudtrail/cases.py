"""What the checks of CloudTrail find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import NO_ORGANIZATION, OWN, REGION, SISTER, Case, account, denied, failed, ok

OTHER = "eu-west-1"
OFF, NARROW, PARTIAL = "CLOUDTRAIL_OFF", "CLOUDTRAIL_NOT_MULTIREGION", "CLOUDTRAIL_EVENTS_PARTIAL"
STOPPED, FAILING, VALIDATION = "CLOUDTRAIL_STOPPED", "CLOUDTRAIL_DELIVERY_FAILING", "CLOUDTRAIL_NO_VALIDATION"

ALL_EVENTS = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}


def trail(name: str = "main", home: str = REGION, owner: str = OWN, **more: Any) -> dict[str, Any]:
    return {
        "Name": name, "TrailARN": f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}", "HomeRegion": home,
        "S3BucketName": "logs", "IsMultiRegionTrail": True, "IsOrganizationTrail": False, "LogFileValidationEnabled": True, **more,
    }  # fmt: skip


def regions(*names: str) -> Record:
    return ok("ec2.describe_regions", answer={"Regions": [{"RegionName": name} for name in names]})


def organization(manager: str) -> Record:
    return ok(
        "organizations.describe_organization", answer={"Organization": {"Id": "o-own", "MasterAccountId": manager}}
    )


def world(
    *trails: dict[str, Any],
    status: dict[str, Any] | None = None,
    selectors: dict[str, Any] | None = None,
    audited: tuple[str, ...] = (REGION,),
    enabled: tuple[str, ...] = (),
    manager: str = OWN,
    id_: str = OWN,
    more: tuple[Record, ...] = (),
    without: str = "",
) -> AccountData:
    """An account with trails that share a status and selectors; `more` replaces records, `without` is denied."""
    records = [regions(*(enabled or audited)), organization(manager)]
    for region in audited:
        listed = [found for found in trails if found["HomeRegion"] == region]
        records.append(ok("cloudtrail.describe_trails", region, {"trailList": listed}))
    for found in trails:
        home, arn = found["HomeRegion"], found["TrailARN"]
        records.append(
            ok("cloudtrail.get_trail_status", home, {"IsLogging": True} if status is None else status, Name=arn)
        )
        records.append(
            ok("cloudtrail.get_event_selectors", home, ALL_EVENTS if selectors is None else selectors, TrailName=arn)
        )
    kept = [denied(r.name, r.region, **r.parameters) if r.name.endswith(f".{without}") else r for r in records]
    return account(*kept, *more, regions=audited, id_=id_)


def case(check: str, shape: Any, why: str, *accounts: AccountData, finds: tuple[str, ...] = ("",), severity: Severity | None = None) -> Case:  # fmt: skip
    return Case(check, shape, why, accounts, finds, severity)


ORG_TRAIL = trail("org", owner=SISTER, IsOrganizationTrail=True)
MEMBER = world(manager=SISTER)
SILENT = {"IsLogging": False, "StopLoggingTime": "2026-01-01T00:00:00+00:00"}
STATUS_ARN = trail()["TrailARN"]
SECOND = trail("second")


def one_of_two_logs(stopped: dict[str, Any]) -> AccountData:
    """`main` is stopped, `second` logs the same regions."""
    return world(trail(), SECOND, more=(ok("cloudtrail.get_trail_status", REGION, stopped, Name=STATUS_ARN),))


COVERAGE = [
    case(OFF, "planted", "no trail at all", world()),
    case(OFF, "planted", "a trail that does not log", world(trail(), status={"IsLogging": False})),
    case(OFF, "planted", "a single-region trail leaves the other region dark", world(trail(IsMultiRegionTrail=False), audited=(REGION, OTHER))),
    case(OFF, "planted", "in two regions: two findings", world(audited=(REGION, OTHER)), finds=("", "")),
    case(OFF, "planted", "no organization", account(regions(REGION), *NO_ORGANIZATION, ok("cloudtrail.describe_trails", REGION, {"trailList": []}))),
    case(OFF, "planted", "the management account has a trail for itself only", MEMBER, world(trail("own", owner=SISTER), manager=SISTER, id_=SISTER)),
    case(OFF, "hardened", "a multi-region trail in another region", world(trail(), audited=(REGION, OTHER))),
    case(OFF, "hardened", "the organization's trail, listed in the management account only", MEMBER, world(ORG_TRAIL, manager=SISTER, id_=SISTER)),
    case(OFF, "hardened", "covered, though another region is unread", world(trail(), audited=(REGION, OTHER), more=(denied("cloudtrail.describe_trails", OTHER),))),
    case(OFF, "hardened", "the organization switched the region off", world(more=(failed("cloudtrail.describe_trails", REGION, Outcome.BLOCKED),))),
    case(OFF, "unreadable", "trails denied", world(without="describe_trails")),
    case(OFF, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(OFF, "unreadable", "a trail may live in an unaudited region", world(enabled=(REGION, "us-east-1"))),
    case(OFF, "unreadable", "enabled regions not known", world(without="describe_regions")),
    case(OFF, "unreadable", "the management account is not audited", MEMBER),
    case(OFF, "unreadable", "the organization is not known", world(without="describe_organization")),
    case(NARROW, "planted", "single-region trails only", world(trail(IsMultiRegionTrail=False))),
    case(NARROW, "planted", "the management account's multi-region trail is its own", world(trail(IsMultiRegionTrail=False), manager=SISTER), world(trail("own", owner=SISTER), manager=SISTER, id_=SISTER)),
    case(NARROW, "hardened", "a multi-region trail", world(trail())),
    case(NARROW, "hardened", "the organization's trail covers all regions", world(trail(IsMultiRegionTrail=False), manager=SISTER), world(ORG_TRAIL, manager=SISTER, id_=SISTER)),
    case(NARROW, "hardened", "no trail is another check's business", world()),
    case(NARROW, "unreadable", "trails denied", world(without="describe_trails")),
    case(NARROW, "unreadable", "a trail may live in an unaudited region", world(trail(IsMultiRegionTrail=False), enabled=(REGION, "us-east-1"))),
]  # fmt: skip


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    management = {"Field": "eventCategory", "Equals": ["Management"]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [management, *fields]}]}


def classic(**more: Any) -> dict[str, Any]:
    return {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, **more}]}


HALVES = {"EventSelectors": [{"ReadWriteType": "ReadOnly"}, {"ReadWriteType": "WriteOnly"}]}
DATA_TOO = {"AdvancedEventSelectors": [*advanced()["AdvancedEventSelectors"], {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}]}  # fmt: skip
MANAGER_LOGS = {"manager": SISTER, "id_": SISTER}

EVENTS = [
    case(PARTIAL, "planted", "writing events only", world(trail(), selectors=classic(ReadWriteType="WriteOnly"))),
    case(PARTIAL, "planted", "KMS excluded", world(trail(), selectors=classic(ExcludeManagementEventSources=["kms.amazonaws.com"]))),
    case(PARTIAL, "planted", "data events only", world(trail(), selectors=classic(IncludeManagementEvents=False))),
    case(PARTIAL, "planted", "advanced, reading events only", world(trail(), selectors=advanced({"Field": "readOnly", "Equals": ["true"]}))),
    case(PARTIAL, "planted", "advanced, a source left out", world(trail(), selectors=advanced({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}))),
    case(PARTIAL, "hardened", "all", world(trail())),
    case(PARTIAL, "hardened", "a new trail has the default selector", world(trail(), selectors={"EventSelectors": []})),
    case(PARTIAL, "hardened", "reading and writing by two selectors", world(trail(), selectors=HALVES)),
    case(PARTIAL, "hardened", "advanced, all management and some data events", world(trail(), selectors=DATA_TOO)),
    case(PARTIAL, "hardened", "the organization's trail records all", world(trail(), selectors=classic(ReadWriteType="ReadOnly"), manager=SISTER), world(ORG_TRAIL, **MANAGER_LOGS)),  # type: ignore[arg-type]
    case(PARTIAL, "hardened", "no trail is another check's business", world()),
    case(PARTIAL, "unreadable", "selectors denied", world(trail(), without="get_event_selectors")),
    case(PARTIAL, "unreadable", "a selector that nobody understands", world(trail(), selectors=classic(ReadWriteType="Some"))),
    case(PARTIAL, "unreadable", "the management account's trail may record the rest", world(trail(), selectors=classic(ReadWriteType="ReadOnly"), manager=SISTER)),
]  # fmt: skip

LATE = {"IsLogging": True, "LatestDeliveryError": "AccessDenied", "LatestDeliveryAttemptTime": "2026-11-22T10:00:00Z"}
SHADOW = trail("org", owner=SISTER, IsOrganizationTrail=True, LogFileValidationEnabled=False)

HEALTH = [
    case(STOPPED, "planted", "the only trail", world(trail(), status=SILENT)),
    case(STOPPED, "planted", "never started", world(trail(), status={"IsLogging": False})),
    case(STOPPED, "planted", "another trail goes on, stopped yesterday", one_of_two_logs({"IsLogging": False, "StopLoggingTime": "2026-11-22T10:00:00+00:00"})),
    case(STOPPED, "planted", "another trail goes on, stopped long ago", one_of_two_logs(SILENT), severity=Severity.LOW),
    case(STOPPED, "hardened", "logging", world(trail())),
    case(STOPPED, "hardened", "a copy of the organization's trail is counted at its owner's", world(SHADOW, status=SILENT)),
    case(STOPPED, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(STOPPED, "unreadable", "the answer does not say", world(trail(), status={})),
    case(FAILING, "planted", "an error and no success", world(trail(), status=LATE)),
    case(FAILING, "planted", "an error after the last success", world(trail(), status=LATE | {"LatestDeliveryAttemptSucceeded": "2026-11-21T10:00:00Z"})),
    case(FAILING, "hardened", "a later success", world(trail(), status=LATE | {"LatestDeliveryAttemptSucceeded": "2026-11-22T10:00:00Z"})),
    case(FAILING, "hardened", "an idle account delivered long ago", world(trail(), status={"IsLogging": True, "LatestDeliveryTime": "2026-01-01T00:00:00+00:00"})),
    case(FAILING, "hardened", "a stopped trail delivers nothing", world(trail(), status=LATE | {"IsLogging": False})),
    case(FAILING, "unreadable", "status denied", world(trail(), without="get_trail_status")),
    case(VALIDATION, "planted", "off", world(trail(LogFileValidationEnabled=False))),
    case(VALIDATION, "hardened", "on", world(trail())),
    case(VALIDATION, "hardened", "a copy of the organization's trail is counted at its owner's", world(SHADOW)),
    case(VALIDATION, "unreadable", "trails denied", world(without="describe_trails")),
    case(VALIDATION, "unreadable", "the answer does not say", world(trail(LogFileValidationEnabled=None))),
]  # fmt: skip

CASES = [*COVERAGE, *EVENTS, *HEALTH]
