"""What a run's findings add up to: counts, result, errors. The rules are in docs/decisions/0003."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from nightaudit_auditor.documents.summary import ResultName, SeverityCounts
from nightaudit_auditor.findings.model import Finding, State, Status

_ERRORS = {
    "AUDIT_ACCOUNT_UNREACHABLE", "AUDIT_CHECK_ERROR", "AUDIT_COLLECTION_DENIED", "AUDIT_COLLECTION_FAILED",
    "AUDIT_DISCOVERY_INCOMPLETE",
}  # fmt: skip


def severity_counts(findings: Iterable[Finding]) -> SeverityCounts:
    """Problems by severity, without those under an exception with effect Exclude."""
    counted = Counter(
        finding.severity.lower()
        for finding in findings
        if finding.status is Status.FAIL and (finding.exception is None or finding.exception.effect != "Exclude")
    )
    return SeverityCounts(**counted)


def open_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Problems by severity that no exception covers."""
    return dict(Counter(f.severity for f in findings if f.status is Status.FAIL and f.state is not State.EXCEPTED))


def unknown_count(findings: Iterable[Finding]) -> int:
    """Resources, or whole scopes, that could not be judged."""
    return sum(f.status is Status.UNKNOWN for f in findings)


def result_of(counts: SeverityCounts, *, unknown: int, reached: int, unreached: int, incomplete: bool) -> ResultName:
    """Error if no account could be reached, Partial if anything was left unjudged, else Findings or Clean."""
    if reached == 0:
        return "Error"
    if unknown or unreached or incomplete:
        return "Partial"
    return "Findings" if counts.total else "Clean"


def audit_errors(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The auditor's own troubles, a line each: what the errors topic is for."""
    return tuple(
        f"{finding.account.name or finding.account.id or finding.resource.name}: {finding.detail}"
        + (f": {finding.evidence['message']}" if finding.evidence.get("message") else "")
        for finding in findings
        if finding.check in _ERRORS and finding.status is Status.FAIL
    )
