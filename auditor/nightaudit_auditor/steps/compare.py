"""Compare with the run before, and remember: the first of the two writes of latest.json (docs/decisions/0002)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nightaudit_auditor.findings.changes import Change, change_of
from nightaudit_auditor.findings.latest import ForeignDocument, Latest, Pointer, decode, encode, forgiven, owe, settle
from nightaudit_auditor.findings.memory import FORGET_AFTER, Comparison, Judged, compare
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.manifests import AuditException
from nightaudit_auditor.organization import Listed
from nightaudit_auditor.snapshot import Turn
from nightaudit_auditor.steps.task import Task, timestamp
from nightaudit_auditor.storage import Conflict, StorageError, Store

_ATTEMPTS = 5


@dataclass(frozen=True)
class Remembrance:
    """What comparing gave. `missed`: per notification, the changes of earlier runs that it has not delivered yet.

    `dropped`: what a notification owed that the schedule no longer declares, a sentence each.
    """

    comparison: Comparison
    changes: tuple[Change, ...]
    missed: dict[str, tuple[Change, ...]]
    latest: Latest
    version: str
    dropped: tuple[str, ...]


def read_latest(store: Store, task: Task) -> tuple[Latest | None, str | None]:
    """The memory and its version; (None, None) before the first run. Raises StorageError, also for a damaged document."""
    found = store.read(task.layout.latest)
    if found is None:
        return None, None
    data, version = found
    try:
        return decode(data, task.schedule.metadata.namespace, task.schedule.metadata.name), version
    except ForeignDocument as error:
        raise StorageError(f"{store.uri(task.layout.latest)}: {error}", configuration=True) from error


def remember(
    store: Store,
    task: Task,
    findings: Iterable[Finding],
    judged: Judged,
    matched: tuple[int, ...],
    now: datetime,
    turns: Callable[[Mapping[str, Turn]], dict[str, Turn]],
    listed: Listed,
) -> Remembrance:
    """Compare, and write the new memory with every change owed; compare again if another run was faster.

    `turns` says how far the long lists are read now, given how far they were before; `listed` who is in the organizations.
    """
    names = tuple(n.name for n in task.schedule.spec.notifications)
    findings = tuple(findings)
    for _ in range(_ATTEMPTS):
        previous, version = read_latest(store, task)
        comparison = compare(previous.memory if previous else None, findings, judged, now)
        changes = changes_of(comparison, task, now)
        latest = Latest(
            namespace=task.schedule.metadata.namespace,
            schedule=task.schedule.metadata.name,
            memory=comparison.memory,
            pointer=previous.pointer if previous else None,
            pending=owe(previous, names, changes),
            exceptions=last_matches(previous, task.exceptions, matched, now),
            turns=turns(previous.turns if previous else {}),
            members=listed.remember(
                previous.members if previous else {}, timestamp(now), timestamp(now - FORGET_AFTER)
            ),
        )
        try:
            written = store.replace(task.layout.latest, encode(latest), version)
        except Conflict:
            continue
        missed = {name: previous.pending.get(name, ()) for name in names} if previous else {}
        return Remembrance(comparison, changes, missed, latest, written, forgiven(previous, names))
    raise StorageError(
        f"{store.uri(task.layout.latest)} was replaced {_ATTEMPTS} times while this run compared with it"
    )


def changes_of(comparison: Comparison, task: Task, now: datetime) -> tuple[Change, ...]:
    """The news of the comparison. A baseline has none."""
    if comparison.baseline:
        return ()
    candidates = (change_of(f, task.run, timestamp(now)) for f in (*comparison.findings, *comparison.resolved))
    return tuple(change for change in candidates if change is not None)


def last_matches(
    previous: Latest | None, exceptions: tuple[AuditException, ...], matched: tuple[int, ...], now: datetime
) -> dict[str, str]:
    """For each exception, when it last matched; one that never did counts from when it was first seen."""
    before, time = (previous.exceptions if previous else {}), timestamp(now)
    return {
        e.metadata.name: time if count else before.get(e.metadata.name, time)
        for e, count in zip(exceptions, matched, strict=True)
    }


def conclude(
    store: Store, task: Task, remembrance: Remembrance, pointer: Pointer, undelivered: dict[str, tuple[Change, ...]]
) -> None:
    """The second write: the pointer moves to this run, and only what could not be delivered is still owed."""
    latest: Latest | None = remembrance.latest
    version: str | None = remembrance.version
    for _ in range(_ATTEMPTS):
        if latest is None:
            raise StorageError(f"{store.uri(task.layout.latest)} vanished while this run was under way")
        settled = settle(latest, pointer, remembrance.latest.pending, undelivered)
        try:
            store.replace(task.layout.latest, encode(settled), version)
        except Conflict:
            latest, version = read_latest(store, task)
            continue
        return
    raise StorageError(f"{store.uri(task.layout.latest)} was replaced {_ATTEMPTS} times while this run concluded")
