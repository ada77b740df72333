"""From the results of checks to findings: identity, texts of the catalogue, and who it belongs to."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Check, Fail, Registry
from nightaudit_auditor.checks.results import CheckResult, Evaluation
from nightaudit_auditor.findings.bounds import (
    DETAIL_CHARACTERS,
    NAME_CHARACTERS,
    bounded_evidence,
    bounded_tags,
    clip,
)
from nightaudit_auditor.findings.model import AccountRef, Finding, ResourceRef, Status, fingerprint
from nightaudit_auditor.organization import Discovery
from nightaudit_auditor.snapshot import GLOBAL

NO_ACCOUNT = AccountRef(id="")
"""The account of findings about the schedule itself."""


def build_findings(
    evaluation: Evaluation, registry: Registry, discovery: Discovery | None = None
) -> tuple[Finding, ...]:
    """One finding per result, in the evaluation's order, its texts of bounded length; state and times are memory's to give."""
    owners = {
        id_: AccountRef(id=id_, name=clip(data.account.name, NAME_CHARACTERS), labels=data.account.labels)
        for id_, data in evaluation.facts.items()
    }
    if discovery is not None and discovery.data.account.id not in owners:
        owners[discovery.data.account.id] = AccountRef(
            id=discovery.data.account.id, name=clip(discovery.speaker_name, NAME_CHARACTERS)
        )
    return tuple(
        _finding(result, registry.checks[result.check], owners[result.account]) for result in evaluation.results
    )


def schedule_finding(check: Check, resource: ResourceRef, discriminator: str, detail: str) -> Finding:
    """A problem of the schedule itself, which belongs to no account."""
    return Finding(
        fingerprint=fingerprint(check.id, NO_ACCOUNT.id, GLOBAL, resource.arn, discriminator),
        check=check.id,
        severity=check.severity,
        tier=check.tier,
        status=Status.FAIL,
        account=NO_ACCOUNT,
        region=GLOBAL,
        resource=resource,
        title=check.title,
        detail=clip(detail, DETAIL_CHARACTERS),
        discriminator=discriminator,
        remediation=check.remediation,
    )


def _finding(result: CheckResult, check: Check, account: AccountRef) -> Finding:
    outcome, resource = result.outcome, result.resource
    evidence: dict[str, Any]
    if isinstance(outcome, Fail):
        status, detail, discriminator, evidence = Status.FAIL, outcome.detail, outcome.discriminator, outcome.evidence
    else:
        status, detail, discriminator = Status.UNKNOWN, outcome.reason, ""
        evidence = {"operation": outcome.operation} if outcome.operation else {}
    return Finding(
        fingerprint=fingerprint(check.id, account.id, result.region, resource.arn, discriminator),
        check=check.id,
        severity=result.severity,
        tier=check.tier,
        status=status,
        account=account,
        region=result.region,
        resource=ResourceRef(
            arn=resource.arn,
            type=resource.type,
            name=clip(resource.name, NAME_CHARACTERS),
            tags=bounded_tags(resource.tags),
        ),
        title=check.title,
        detail=clip(detail, DETAIL_CHARACTERS),
        discriminator=clip(discriminator, NAME_CHARACTERS),
        judged=result.judged if result.judged != resource.arn else "",
        evidence=bounded_evidence(evidence),
        remediation=check.remediation,
        compliance=check.compliance,
    )
