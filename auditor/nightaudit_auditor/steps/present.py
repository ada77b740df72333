"""From a judged run to what its readers see: the report's model and the news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

import msgspec

from nightaudit_auditor import __version__
from nightaudit_auditor.collect.catalogue import FOLDER
from nightaudit_auditor.documents.manifest import AccountOutcome
from nightaudit_auditor.documents.summary import ResultName
from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.exceptions import exception_state
from nightaudit_auditor.findings.memory import Comparison
from nightaudit_auditor.manifests import AuditException
from nightaudit_auditor.notify import News
from nightaudit_auditor.report import AccountRow, CheckText, ExceptionRow, InventoryRow, ReportModel
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.steps.asked import settings_of
from nightaudit_auditor.steps.audit import Judgement
from nightaudit_auditor.steps.count import open_counts, unknown_count
from nightaudit_auditor.steps.task import Task, timestamp
from nightaudit_auditor.views import inventory


def catalogue_digest(judgement: Judgement) -> str:
    """sha256 over the operations and checks of this version: two runs with the same digest asked the same questions."""
    checks = [(c.id, c.severity, c.tier, c.description) for c in judgement.registry.checks.values()]
    digest = sha256(msgspec.json.encode(sorted(checks)))
    for path in sorted(FOLDER.glob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def report_model(
    task: Task,
    judgement: Judgement,
    comparison: Comparison,
    accounts: Mapping[str, AccountData],
    outcomes: tuple[AccountOutcome, ...],
    *,
    result: ResultName,
    errors: tuple[str, ...],
    completed: datetime,
) -> ReportModel:
    """Everything that the report shows."""
    told = {finding.check for finding in (*comparison.findings, *comparison.resolved)}
    checks = judgement.registry.checks
    ran = {check.id for check in judgement.selection.checks}
    return ReportModel(
        schedule=task.schedule.metadata.name,
        namespace=task.schedule.metadata.namespace,
        run=task.run,
        result=result,
        started=timestamp(task.started),
        completed=timestamp(completed),
        baseline=comparison.baseline,
        version=__version__,
        image=task.image,
        catalogue=catalogue_digest(judgement),
        passed=sum(judgement.evaluation.passed.values()),
        findings=comparison.findings,
        resolved=comparison.resolved,
        checks=tuple(
            CheckText(id=c.id, description=c.description, risk=c.risk, references=c.references)
            for id_ in sorted(told)
            if (c := checks.get(id_))
        ),
        exceptions=tuple(
            _exception_row(exception, count, task.started)
            for exception, count in zip(task.exceptions, judgement.matched, strict=True)
        ),
        accounts=tuple(_account_row(outcome, judgement.evaluation.facts[outcome.id]) for outcome in outcomes),
        inventory=tuple(
            InventoryRow(account=row.account, region=row.region, type=row.type, count=row.count)
            for row in inventory(accounts.values())
        ),
        errors=errors,
        left_out=judgement.roster.left_out,
        settings=settings_of(task.schedule.spec),
        ran=tuple(sorted(ran)),
        not_run=tuple(sorted(checks.keys() - ran)),
    )


def news_of(
    task: Task,
    judgement: Judgement,
    comparison: Comparison,
    changes: tuple[Change, ...],
    outcomes: tuple[AccountOutcome, ...],
    *,
    result: ResultName,
    errors: tuple[str, ...],
    report_uri: str,
    completed: datetime,
) -> News:
    """What the notifications hear."""
    return News(
        schedule=task.schedule.metadata.name,
        namespace=task.schedule.metadata.namespace,
        run=task.run,
        result=result,
        baseline=comparison.baseline,
        time=timestamp(completed),
        accounts_total=len(outcomes),
        accounts_failed=tuple(f"{o.id} {o.name}: {o.error}" for o in outcomes if not o.reachable),
        counts=open_counts(comparison.findings),
        excepted=sum(f.exception is not None for f in comparison.findings),
        unknown=unknown_count(comparison.findings),
        changes=changes,
        report_uri=report_uri,
        report_url=task.report_link(report_uri),
        errors=errors,
        remediation={c.id: c.remediation for c in judgement.registry.checks.values()},
        aliases={c.id: c.aliases for c in judgement.registry.checks.values()},
    )


def _exception_row(exception: AuditException, matched: int, now: datetime) -> ExceptionRow:
    spec = exception.spec
    return ExceptionRow(
        name=exception.metadata.name,
        match=msgspec.to_builtins(spec.match),
        reason=spec.reason,
        effect=spec.effect,
        state=exception_state(exception, now),
        matched=matched,
        category=spec.category or "",
        owner=spec.owner,
        ticket=spec.ticket,
        expiry_time=spec.expiry_time,
    )


def _account_row(outcome: AccountOutcome, data: AccountData) -> AccountRow:
    calls: Counter[str] = Counter()
    for services in outcome.calls.values():
        for counts in services.values():
            calls.update(counts)
    return AccountRow(
        id=outcome.id,
        name=outcome.name,
        labels=data.account.labels,
        reachable=outcome.reachable,
        error=outcome.error,
        regions=outcome.regions,
        calls=dict(sorted(calls.items())),
    )
