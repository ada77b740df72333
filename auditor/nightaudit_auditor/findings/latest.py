"""`latest.json`: the one object of a schedule that is replaced. It points to the last run and carries the memory.

It is written twice a run. First, with the new memory and every change marked as not yet delivered, so that a run that
dies afterwards cannot lose what was NEW; then, once the run is stored and told, with the pointer and what is still owed.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nightaudit_auditor.findings.changes import Change, merge
from nightaudit_auditor.findings.memory import Remembered
from nightaudit_auditor.organization import KnownMember
from nightaudit_auditor.snapshot import Turn

SCHEMA = "nightaudit.dev/latest/v1"


class Pointer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The last run that was stored whole: its name, folder (key prefix), time and result."""

    run: str
    folder: str
    time: str
    result: str


class Latest(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """`pending`: notification name → changes not delivered yet. `exceptions`: name → when it last matched (or was first seen).
    `turns`: how far the lists are read that are too long for one run, by account, operation, region and parameters.
    `members`: the accounts of each organization as they were listed last, by its management account.
    """

    namespace: str
    schedule: str
    memory: dict[str, Remembered]
    schema: str = SCHEMA
    pointer: Pointer | None = None
    pending: dict[str, tuple[Change, ...]] = {}
    exceptions: dict[str, str] = {}
    turns: dict[str, Turn] = {}
    members: dict[str, dict[str, KnownMember]] = {}


class ForeignDocument(Exception):  # noqa: N818 - names what was found
    """The object at latest.json's place is not this schedule's memory."""


def encode(latest: Latest) -> bytes:
    """JSON, sorted keys: two runs with the same news write the same bytes."""
    return msgspec.json.encode(latest, order="sorted")


def decode(data: bytes, namespace: str, schedule: str) -> Latest:
    """Raises ForeignDocument if the bytes are no such document, or another schedule's."""
    try:
        latest = msgspec.json.decode(data, type=Latest)
    except msgspec.DecodeError as error:
        raise ForeignDocument(f"latest.json is damaged: {error}; restore an older version of the object") from error
    if latest.schema != SCHEMA:
        raise ForeignDocument(f"latest.json has schema {latest.schema!r}, this version reads {SCHEMA!r}")
    if (latest.namespace, latest.schedule) != (namespace, schedule):
        raise ForeignDocument(f"latest.json belongs to {latest.namespace}/{latest.schedule}")
    return latest


def owe(latest: Latest | None, names: tuple[str, ...], changes: tuple[Change, ...]) -> dict[str, tuple[Change, ...]]:
    """For each notification of the schedule: what it still owes from before, and this run's changes.

    A notification that is no longer declared owes nothing, its channel is gone; `forgiven` says what is lost by that.
    """
    before = latest.pending if latest else {}
    return {name: owed for name in names if (owed := merge(before.get(name, ()), changes))}


def forgiven(latest: Latest | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence for each notification that still owed something and is not declared any more."""
    return tuple(
        f"notification {name} is no longer declared: {len(changes)} changes that it had not delivered are in the report only"
        for name, changes in (latest.pending if latest else {}).items()
        if name not in names
    )


def settle(
    latest: Latest,
    pointer: Pointer,
    owed: Mapping[str, tuple[Change, ...]],
    undelivered: Mapping[str, tuple[Change, ...]],
) -> Latest:
    """After delivery: point to the run, and strike out of `latest` what was owed and is not among `undelivered`.

    `latest` may be newer than what this run wrote: what another run added meanwhile stays owed, a later pointer stays.
    """
    pending = {}
    for name, changes in latest.pending.items():
        failed = {change.identity for change in undelivered.get(name, ())}
        delivered = {change.identity for change in owed.get(name, ())} - failed
        if left := tuple(change for change in changes if change.identity not in delivered):
            pending[name] = left
    newest = latest.pointer if latest.pointer and latest.pointer.time > pointer.time else pointer
    return msgspec.structs.replace(latest, pointer=newest, pending=pending)
