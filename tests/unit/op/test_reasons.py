"""Reasons are API: each has a line in the documentation, and the documentation has no other."""

from __future__ import annotations

import re
from pathlib import Path

from nightaudit_operator.api import reasons

DOCUMENT = Path(__file__).parents[3] / "docs" / "api-reasons.md"
CONSTANTS = {name: value for name, value in vars(reasons).items() if name.isupper()}
CONDITIONS = {
    reasons.READY,
    reasons.RECONCILING,
    reasons.STALLED,
    reasons.STALE,
    reasons.SUCCEEDED,
    reasons.REPORT_STORED,
    reasons.NOTIFIED,
}


def documented() -> set[str]:
    rows = re.findall(r"^\| (`[^|]+) \|", DOCUMENT.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_reason_is_documented_and_every_documented_reason_exists():
    assert documented() == set(CONSTANTS.values()) - CONDITIONS


def test_every_condition_is_documented():
    text = DOCUMENT.read_text()
    assert all(f"`{condition}`" in text for condition in CONDITIONS)


def test_reasons_are_legal():
    assert all(re.fullmatch(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", value) for value in CONSTANTS.values())


def test_every_reason_is_used():
    package = Path(reasons.__file__).parents[1]
    source = "\n".join(path.read_text() for path in package.rglob("*.py") if path.name != "reasons.py")
    # The auditor's own reasons for a delivery come through its summary.
    foreign = {"SECRET_MISSING", "INVALID_TOKEN", "REJECTED", "UNREACHABLE", "RATE_LIMITED"}
    results = {"CLEAN", "FINDINGS", "PARTIAL"}
    unused = {name for name in CONSTANTS if not re.search(rf"reasons\.{name}\b", source)}
    assert unused == foreign | results
