"""What the checks of GuardDuty find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.checks.build import OWN, REGION, Case, Settings, account, denied, failed, ok, switched_off
from tests.unit.checks.ec2.cases import hardened, planted, unreadable

OFF, ARCHIVE = "GUARDDUTY_OFF", "GUARDDUTY_AUTO_ARCHIVE"
NONE = ok("guardduty.list_detectors", REGION, {"DetectorIds": []})
ONE = ok("guardduty.list_detectors", REGION, {"DetectorIds": ["d1"]})
TWO = ok("guardduty.list_detectors", REGION, {"DetectorIds": ["d1", "d2"]})
BLOCKED = failed("guardduty.list_detectors", REGION, Outcome.BLOCKED)
QUIET = Settings(accounts_without_guardduty=frozenset({OWN}))


def detector(status: str, id_: str = "d1") -> Record:
    return ok("guardduty.get_detector", REGION, {"Status": status}, DetectorId=id_)


def filtered(action: str = "ARCHIVE", *more: Record) -> AccountData:
    listed = ok("guardduty.list_filters", REGION, {"FilterNames": ["quiet"]}, DetectorId="d1")
    criteria = {"Criterion": {"accountId": {"Eq": [OWN]}}}
    found = {"Name": "quiet", "Action": action, "Rank": 1, "FindingCriteria": criteria, "Version": 1}
    return account(ONE, listed, ok("guardduty.get_filter", REGION, found, DetectorId="d1", FilterName="quiet"), *more)


CASES: list[Case] = [
    planted(OFF, "no detector", account(NONE)),
    planted(OFF, "a suspended one", account(ONE, detector("DISABLED"))),
    planted(OFF, "in both regions: two findings", account(NONE, ok("guardduty.list_detectors", "eu-west-1", {"DetectorIds": []}), regions=(REGION, "eu-west-1")), "", ""),
    planted(OFF, "in the second region only", account(ONE, detector("ENABLED"), ok("guardduty.list_detectors", "eu-west-1", {"DetectorIds": []}), regions=(REGION, "eu-west-1"))),
    hardened(OFF, "watching", account(ONE, detector("ENABLED"))),
    hardened(OFF, "one of two watches", account(TWO, detector("DISABLED"), detector("ENABLED", "d2"))),
    hardened(OFF, "meant to be without", account(NONE), settings=QUIET),
    hardened(OFF, "the organization switched the region off", switched_off()),
    unreadable(OFF, "a policy of the organization denies GuardDuty alone", account(BLOCKED, ok("ec2.describe_vpcs", REGION), ok("cloudtrail.describe_trails", REGION))),
    unreadable(OFF, "a policy of the organization denies GuardDuty, and no other service was asked", account(BLOCKED)),
    unreadable(OFF, "list denied", account(denied("guardduty.list_detectors", REGION))),
    unreadable(OFF, "detector denied", account(ONE, denied("guardduty.get_detector", REGION, DetectorId="d1"))),
    unreadable(OFF, "a status that nobody knows", account(ONE, detector("PAUSED"))),
    planted(ARCHIVE, "a filter that archives", filtered()),
    planted(ARCHIVE, "though the detector is suspended", filtered("ARCHIVE", detector("DISABLED"))),
    hardened(ARCHIVE, "a filter that only sorts", filtered("NOOP")),
    hardened(ARCHIVE, "no filter", account(ONE, ok("guardduty.list_filters", REGION, {"FilterNames": []}, DetectorId="d1"))),
    unreadable(ARCHIVE, "the filter is denied", filtered("", denied("guardduty.get_filter", REGION, DetectorId="d1", FilterName="quiet"))),
    unreadable(ARCHIVE, "the list of filters is denied", account(ONE, denied("guardduty.list_filters", REGION, DetectorId="d1"))),
    unreadable(ARCHIVE, "an action that nobody knows", filtered("HIDE")),
]  # fmt: skip
