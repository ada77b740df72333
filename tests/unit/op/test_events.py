"""Events tell of transitions that are news, once."""

from __future__ import annotations

import pytest

from nightaudit_operator.api.conditions import Condition
from nightaudit_operator.plan.events import events


def condition(text: str) -> Condition:
    kind, status, reason = text.split("/")
    return Condition(type=kind, status=status, reason=reason, message="why")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, "Ready/True/Scheduled", "Normal"),
        ("Ready/True/Scheduled", "Ready/True/Scheduled", None),
        ("Ready/True/Scheduled", "Ready/True/Suspended", "Normal"),
        ("Ready/True/Scheduled", "Ready/False/NameConflict", "Warning"),
        (None, "Stalled/True/NameConflict", None),
        (None, "Stale/False/OnTime", None),
        ("Stale/False/OnTime", "Stale/True/MissedRuns", "Warning"),
        ("Stale/True/MissedRuns", "Stale/False/OnTime", "Normal"),
        ("Stale/Unknown/Suspended", "Stale/False/OnTime", None),
        (None, "ChecksRecognized/True/AllRecognized", None),
        (None, "ChecksRecognized/False/UnknownChecks", "Warning"),
        ("ChecksRecognized/False/NotExcludable", "ChecksRecognized/False/UnknownChecks", "Warning"),
        ("ChecksRecognized/False/UnknownChecks", "ChecksRecognized/True/AllRecognized", "Normal"),
        (None, "Active/True/Active", None),
        ("Active/True/Active", "Active/True/Expiring", "Warning"),
        ("Active/True/Expiring", "Active/False/Expired", "Warning"),
        (None, "Succeeded/Unknown/Pending", None),
        ("Succeeded/Unknown/Pending", "Succeeded/Unknown/Running", "Normal"),
        ("Succeeded/Unknown/Pending", "Succeeded/Unknown/ImagePullFailed", "Warning"),
        ("Succeeded/Unknown/Running", "Succeeded/True/Findings", "Normal"),
        ("Succeeded/Unknown/Running", "Succeeded/False/OOMKilled", "Warning"),
        ("ReportStored/Unknown/NotFinished", "ReportStored/True/Stored", None),
        ("ReportStored/Unknown/NotFinished", "ReportStored/False/NotStored", "Warning"),
        ("Notified/Unknown/NotFinished", "Notified/False/SecretMissing", "Warning"),
        ("Notified/Unknown/NotFinished", "Notified/True/Sent", None),
        ("Notified/Unknown/Announcing", "Notified/True/Announced", "Normal"),
        ("Notified/Unknown/NotFinished", "Notified/False/NotAnnounced", None),
    ],
)
def test_transitions(before, after, kind):
    told = events([condition(before)] if before else [], [condition(after)])
    assert [event.type for event in told] == ([kind] if kind else [])
    assert all(event.message == "why" for event in told)
