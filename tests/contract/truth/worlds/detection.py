"""What watches: GuardDuty's filters, Access Analyzer, Roles Anywhere."""

from __future__ import annotations

from demo.aws import facts
from tests.contract.truth.place import Place

ARCHIVE = "GUARDDUTY_AUTO_ARCHIVE"
LACKS = {
    "ACCESSANALYZER_OFF": "accessanalyzer.CreateAnalyzer makes analyzers; the demo lists one everywhere",
    "ROLESANYWHERE_TRUST_BROAD": "rolesanywhere.CreateTrustAnchor makes trust anchors",
}


def plant(at: Place) -> None:
    """Two filters of one detector: one archives, the other only sorts."""
    guardduty = at.client("guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    for name, action in (("silence", "ARCHIVE"), ("low", "NOOP")):
        guardduty.create_filter(
            DetectorId=detector, Name=name, Action=action, Rank=1,
            FindingCriteria={"Criterion": {"severity": {"LessThan": 4}}},
        )  # fmt: skip
    here = f"arn:aws:guardduty:{facts.HOME_REGION}:{at.problems.id}:detector/{detector}/filter"
    at.finds(ARCHIVE, f"{here}/silence")
    at.passes(ARCHIVE, f"{here}/low")
