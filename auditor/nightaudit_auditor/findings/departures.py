"""Whose departure from the organization somebody has acknowledged: an AuditException covers the finding that says it."""

from __future__ import annotations

from collections.abc import Iterable

from nightaudit_auditor.findings.model import Finding, Status

DEPARTED_CHECK = "ORG_ACCOUNT_DISAPPEARED"


def acknowledged_departures(findings: Iterable[Finding]) -> frozenset[str]:
    """The ids of the accounts whose departure an exception covers. Of findings as this run made them: memory keeps no evidence."""
    return frozenset(
        str(finding.evidence["account"])
        for finding in findings
        if finding.check == DEPARTED_CHECK and finding.status is Status.FAIL and finding.exception is not None
    )
