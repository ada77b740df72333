"""What the run says of itself when it could not tell which accounts it should have audited."""

from __future__ import annotations

import msgspec

from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.findings.build import schedule_finding
from nightaudit_auditor.findings.model import Finding, ResourceRef
from nightaudit_auditor.manifests.types import Metadata
from nightaudit_auditor.organization import Roster, Trouble

DISCOVERY_CHECK = "AUDIT_DISCOVERY_INCOMPLETE"
_MESSAGE = 300  # characters


def discovery_findings(check: Check, schedule: Metadata, roster: Roster) -> tuple[Finding, ...]:
    """A finding of `check` for each trouble of the roster; its key tells them apart."""
    resource = ResourceRef(f"auditschedule/{schedule.namespace}/{schedule.name}", "AuditSchedule", schedule.name)
    return tuple(
        msgspec.structs.replace(
            schedule_finding(check, resource, trouble.key, trouble.detail), evidence=_evidence(trouble)
        )
        for trouble in roster.troubles
    )


def _evidence(trouble: Trouble) -> dict[str, object]:
    evidence: dict[str, object] = {"accounts": list(trouble.accounts)} if trouble.accounts else {}
    return {**evidence, "message": trouble.message[:_MESSAGE]} if trouble.message else evidence
