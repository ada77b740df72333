"""Filters that put findings aside before anybody sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData, Unreadable

_DETECTORS: Final = "guardduty.list_detectors"
_FILTERS: Final = "guardduty.list_filters"
_FILTER: Final = "guardduty.get_filter"


def _filters(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            detectors = (data.answer(_DETECTORS, region) or {}).get("DetectorIds", [])
            for detector in detectors:
                listed = data.answer(_FILTERS, region, {"DetectorId": detector}) or {}
                for name in listed.get("FilterNames", []):
                    arn = build_arn(data.account, "guardduty", region, f"detector/{detector}/filter/{name}")
                    yield Resource(arn, "AWS::GuardDuty::Filter", name, region, data={"DetectorId": detector})
        except Unreadable as problem:
            yield problem


FILTER: Final = Kind("AWS::GuardDuty::Filter", (_DETECTORS, _FILTERS), _filters, regional=True)


@check(
    "GUARDDUTY_AUTO_ARCHIVE",
    kind=FILTER,
    needs=(_FILTER,),
    title="A filter archives GuardDuty's findings unseen",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="Archived findings reach neither EventBridge nor Security Hub: whoever may write a filter can make himself invisible.",
    remediation=(
        "See whom the filter spares, and delete it unless that is meant; a filter that is meant gets an AuditException. Console: "
        "GuardDuty > Findings > Suppression rules. CLI: aws guardduty get-filter --detector-id ID --filter-name NAME; aws "
        "guardduty delete-filter --detector-id ID --filter-name NAME"
    ),
    terraform="""\
# A filter that only sorts: NOOP, not ARCHIVE.
resource "aws_guardduty_filter" "low" {
  detector_id = aws_guardduty_detector.main.id
  name        = "low"
  action      = "NOOP"
  rank        = 1
  finding_criteria {
    criterion {
      field     = "severity"
      less_than = "4"
    }
  }
}
""",
    references=("https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html",),
)
def auto_archive(resource: Resource, context: Context) -> Iterator[Result]:
    """A filter of a detector has the action ARCHIVE (the console calls it a suppression rule). The evidence holds its criteria."""
    parameters = {"DetectorId": str(resource.data["DetectorId"]), "FilterName": resource.name}
    found = context.data.answer(_FILTER, resource.region, parameters) or {}
    action = found.get("Action")
    if action == "ARCHIVE":
        criteria = (found.get("FindingCriteria") or {}).get("Criterion") or {}
        yield Fail(f"filter {resource.name} archives what matches it", "", {"criteria": criteria})
    elif action != "NOOP":
        yield Unknown(f"the action of filter {resource.name} is {action!r}, which is neither ARCHIVE nor NOOP", _FILTER)
