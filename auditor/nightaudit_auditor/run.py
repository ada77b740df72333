"""The whole night on one page: collect, audit, compare, store, tell."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nightaudit_auditor import __version__
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.collect import Collection, Progress, Quotas, collect
from nightaudit_auditor.documents.manifest import AccountOutcome, RunManifest
from nightaudit_auditor.documents.summary import (
    SCHEMA,
    AccountTotals,
    ExceptionMatches,
    NotificationOutcome,
    RunSummary,
    SeverityCounts,
    StoredReport,
    shorten,
)
from nightaudit_auditor.findings.latest import Pointer
from nightaudit_auditor.findings.model import State
from nightaudit_auditor.notify import Delivery
from nightaudit_auditor.report.visible import visible
from nightaudit_auditor.snapshot import Snapshot, SnapshotError, SnapshotWriter, open_snapshot
from nightaudit_auditor.steps.audit import Judgement, audit
from nightaudit_auditor.steps.compare import Remembrance, conclude, read_latest, remember
from nightaudit_auditor.steps.count import audit_errors, result_of, severity_counts, unknown_count
from nightaudit_auditor.steps.keep import FINDINGS, REPORT, commit, store_objects, write_findings, write_report
from nightaudit_auditor.steps.present import catalogue_digest, news_of, report_model
from nightaudit_auditor.steps.task import Task, timestamp
from nightaudit_auditor.steps.tell import alarm, announce_death, tell
from nightaudit_auditor.storage import StorageError, Store, open_store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """How the night ended. `configuration`: a human must change something before another run can do better."""

    summary: RunSummary
    configuration: bool = False

    @property
    def delivered(self) -> bool:
        """False if anybody who should have heard did not."""
        topic = self.summary.errors_topic
        return all(n.delivered for n in self.summary.notifications) and (topic is None or topic.delivered)


async def night(
    task: Task, stop: asyncio.Event, progress: Progress | None = None, *, quotas: Quotas | None = None
) -> Ended:
    """Run the schedule once, asking no faster than `quotas`. Whatever goes wrong ends in a summary, and somebody is told."""
    try:
        return await _night(task, stop, progress, quotas)
    except StorageError as error:
        return _died(task, "StorageFailed", str(error), configuration=error.configuration)
    except SnapshotError as error:
        return _died(task, "SnapshotFailed", str(error))
    except Exception as error:
        log.exception("the run failed")
        return _died(task, "InternalError", f"{type(error).__name__}: {error}")


async def _night(task: Task, stop: asyncio.Event, progress: Progress | None, quotas: Quotas | None) -> Ended:
    store = open_store(task.schedule.spec.storage.s3, task.storage)
    warnings = store.posture()
    latest, _ = read_latest(store, task)
    for warning in warnings:
        log.warning("%s", warning)
    # The checks are imported while the first answers are awaited, not before they are asked for.
    importing = asyncio.create_task(asyncio.to_thread(load))
    with TemporaryDirectory(prefix="nightaudit-") as scratch:
        local = Path(scratch)
        collection = await collect(
            task.schedule,
            SnapshotWriter(local, task.run),
            run=task.run,
            deadline=_deadline(task),
            stop=stop,
            progress=progress,
            turns=latest.turns if latest else {},
            quotas=quotas,
        )
        await importing
        accounts = open_snapshot(local)
        judgement = audit(
            accounts, task.schedule, task.exceptions, task.started, latest.exceptions if latest else {},
            collection.organization, latest.members if latest else {},
        )  # fmt: skip
        return _keep_and_tell(task, store, local, collection, accounts, judgement, warnings)


def _deadline(task: Task) -> float | None:
    """When collecting must end, on the monotonic clock."""
    if task.collecting_seconds is None:
        return None
    return time.monotonic() + task.collecting_seconds - (datetime.now(UTC) - task.started).total_seconds()


def _keep_and_tell(
    task: Task,
    store: Store,
    local: Path,
    collection: Collection,
    accounts: Snapshot,
    judgement: Judgement,
    warnings: tuple[str, ...],
) -> Ended:
    """Remember, store, tell, and conclude, in the order that loses nothing (docs/decisions/0002)."""
    memory = remember(
        store,
        task,
        judgement.findings,
        judgement.judged,
        judgement.matched,
        task.started,
        collection.next_turns,
        judgement.listed,
    )
    findings = memory.comparison.findings
    outcomes = _outcomes(collection)
    counts, unknown = severity_counts(findings), unknown_count(findings)
    reached = sum(outcome.reachable for outcome in outcomes)
    result = result_of(
        counts,
        unknown=unknown,
        reached=reached,
        unreached=len(outcomes) - reached,
        incomplete=bool(collection.halted or judgement.roster.troubles),
    )
    errors = (
        *((f"collection ended early: {collection.halted}",) if collection.halted else ()),
        *audit_errors(findings),
        *warnings,
        *memory.dropped,
        *judgement.warnings,
    )
    completed = datetime.now(UTC)
    write_findings((*findings, *memory.comparison.resolved), local / FINDINGS)
    write_report(
        report_model(
            task, judgement, memory.comparison, accounts, outcomes, result=result, errors=errors, completed=completed
        ),
        local / REPORT,
    )
    objects = store_objects(store, task.folder, local)
    manifest = RunManifest(
        namespace=task.schedule.metadata.namespace,
        schedule=task.schedule.metadata.name,
        generation=task.schedule.metadata.generation,
        run=task.run,
        result=result,
        start_time=timestamp(task.started),
        completion_time=timestamp(completed),
        version=__version__,
        image=task.image,
        catalogue=catalogue_digest(judgement),
        exceptions_digest=task.exceptions_digest,
        checks=tuple(check.id for check in judgement.selection.checks),
        incomplete=collection.halted,
        accounts=outcomes,
        left_out=judgement.roster.left_out,
        objects=objects,
        errors=errors,
    )
    commit(store, task.folder, manifest)

    report_uri = store.uri(f"{task.folder}/{REPORT}")
    news = news_of(
        task,
        judgement,
        memory.comparison,
        memory.changes,
        outcomes,
        result=result,
        errors=errors,
        report_uri=report_uri,
        completed=completed,
    )
    deliveries = tell(task, news, memory.missed)
    errors += tuple(f"notification {d.name}: {d.reason}: {d.message}" for d in deliveries if not d.delivered)
    pointer = Pointer(task.run, task.folder, timestamp(task.started), result)
    conclude(store, task, memory, pointer, {d.name: d.undelivered for d in deliveries})
    topic = alarm(task, errors, result, report_uri)
    return Ended(
        RunSummary(
            schema=SCHEMA,
            run=task.run,
            result=result,
            start_time=timestamp(task.started),
            completion_time=timestamp(completed),
            accounts=AccountTotals(len(outcomes), reached, len(outcomes) - reached),
            findings=counts,
            **_change_counts(memory),
            excepted=sum(f.exception is not None for f in findings),
            unknown=unknown,
            baseline=memory.comparison.baseline,
            report=StoredReport(report_uri, next(o.sha256 for o in objects if o.name == REPORT)),
            notifications=_told(deliveries),
            errors=shorten(errors),
            error_count=len(errors),
            errors_topic=topic,
            exceptions=ExceptionMatches(task.exceptions_digest, judgement.matched) if task.exceptions_digest else None,
        )
    )


def _died(task: Task, reason: str, message: str, *, configuration: bool = False) -> Ended:
    """The run could not be finished: say so everywhere it can still be said."""
    log.error("%s: %s", reason, message)
    deliveries = announce_death(task, reason, message)
    topic = alarm(task, (f"{reason}: {message}",), "Error")
    total = len(task.schedule.spec.accounts)
    return Ended(
        RunSummary(
            schema=SCHEMA,
            run=task.run,
            result="Error",
            start_time=timestamp(task.started),
            completion_time=timestamp(datetime.now(UTC)),
            accounts=AccountTotals(total, 0, total),
            findings=SeverityCounts(),
            new=0,
            reopened=0,
            resolved=0,
            excepted=0,
            unknown=0,
            baseline=False,
            report=None,
            notifications=_told(deliveries),
            errors=shorten([f"{reason}: {message}"]),
            error_count=1,
            errors_topic=topic,
        ),
        configuration=configuration,
    )


def _outcomes(collection: Collection) -> tuple[AccountOutcome, ...]:
    return tuple(
        AccountOutcome(
            id=account.account,
            name=account.name,
            reachable=account.reachable,
            error=account.error,
            regions=account.regions,
            calls=account.by_service,
        )
        for account in collection.accounts
    )


def _change_counts(memory: Remembrance) -> dict[str, int]:
    states = [finding.state for finding in memory.comparison.findings]
    return {
        "new": states.count(State.NEW),
        "reopened": states.count(State.REOPENED),
        "resolved": len(memory.comparison.resolved),
    }


def _told(deliveries: tuple[Delivery, ...]) -> tuple[NotificationOutcome, ...]:
    return tuple(NotificationOutcome(d.name, d.delivered, d.reason, visible(d.message)) for d in deliveries)
