"""The calls of one account: dependent calls start as soon as their parent has answered, and every end is recorded."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from nightaudit_auditor.collect import credential_report, service_last_accessed
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.entries import Catalogue, Entry, Source
from nightaudit_auditor.collect.halt import Halt, Halted
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.progress import CallFinished, Progress
from nightaudit_auditor.collect.records import failed, now, record_of, skipped, unwritten
from nightaudit_auditor.collect.reply import Meaning, Reply
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import NO_SUCH_HOST
from nightaudit_auditor.snapshot import (
    GLOBAL,
    NOT_ITS_TURN,
    REGION_CLOSED,
    SERVICE_NOT_IN_REGION,
    AccountWriter,
    Outcome,
    Record,
    SnapshotError,
    Turn,
)
from nightaudit_auditor.snapshot.turns import take

PARENT_NOT_READ = "ParentNotRead"
PARTITION_UNKNOWN = "PartitionUnknown"
REGIONS_UNKNOWN = "RegionsUnknown"
ANY = "*"
"""In a skipped call's parameters: of whatever the earlier operation would have listed."""
_HAS_ANSWER = {Outcome.OK, Outcome.ERROR, Outcome.DENIED, Outcome.THROTTLED, Outcome.BLOCKED}

Totals = dict[str, dict[str, Counter[str]]]
Call = tuple[str, dict[str, str]]
"""A region and the parameters that are sent there."""


async def ask(
    client: Client, target: Target, entry: Entry, where: str, region: str, parameters: dict[str, str], urgency: int = 0
) -> Record:
    """Make one call of the catalogue in the region `where` and record it under `region`."""
    # The one host of a global service says nothing about the region that it stands in.
    realm = f"{GLOBAL}/{entry.service}" if region == GLOBAL else region

    async def call(operation: str, given: Mapping[str, Any], meaning: Meaning) -> Reply:
        return await client.call(target, entry.service, operation, where, given, meaning, realm=realm, urgency=urgency)

    meaning = Meaning(absent=entry.absent, gone=entry.gone, pages=entry.pages, unsigned=entry.unsigned)
    match entry.flow:
        case "credential_report":
            reply = await credential_report.fetch(lambda operation: call(operation, {}, meaning))
        case "service_last_accessed":
            reply = await service_last_accessed.fetch(
                lambda: call(entry.begins, entry.taken(parameters), Meaning(gone=entry.gone)),
                # A job that nobody knows of is no principal that is gone.
                lambda job: call(entry.operation, {**entry.constants, "JobId": job}, Meaning(pages=entry.pages)),
            )
        case _:
            reply = await call(entry.operation, entry.sent(parameters), meaning)
    return record_of(target.account, entry, region, parameters, reply)


class Sweep:
    """All calls of one account, into its snapshot."""

    def __init__(
        self,
        *,
        client: Client,
        catalogue: Catalogue,
        models: Models,
        target: Target,
        partition: str,
        writer: AccountWriter,
        halt: Halt,
        progress: Progress | None,
        turns: Mapping[str, Turn] | None = None,
    ) -> None:
        self._client = client
        self._catalogue = catalogue
        self._models = models
        self._target = target
        self._partition = partition
        self._writer = writer
        self._halt = halt
        self._progress = progress
        self._seen: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()
        self._regions: tuple[str, ...] = ()
        self._tasks: asyncio.TaskGroup | None = None
        self._turns = turns or {}
        self.totals: Totals = {}
        self.turns: dict[str, Turn] = {}
        """Where the reading of each list stands that is too long for one run."""

    async def run(self, regions: tuple[str, ...], known: tuple[Record, ...], *, regions_unknown: str = "") -> None:
        """Ask everything in `regions`, and what depends on the records that are `known` already.

        `regions_unknown` says why there are none: what would have been asked in them is recorded as skipped.

        Raises SnapshotError if the snapshot cannot be written; nothing that AWS does raises. Whatever else it raises is a defect.
        """
        self._regions = regions
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                told = [(self._catalogue.entries[record.name], record) for record in known]
                # All of them before the first is followed: none is asked again because another one leads to it.
                self._seen |= {_key(entry, record.region, record.parameters) for entry, record in told}
                for entry, record in told:
                    self._finish(entry, record)
                for entry in self._catalogue.roots:
                    if entry.scope == "global":
                        self._start(entry, GLOBAL, {})
                    elif regions_unknown:
                        record = skipped(self._target.account, entry, GLOBAL, {}, REGIONS_UNKNOWN, regions_unknown)
                        self._finish(entry, record)
                for region in regions:
                    tasks.create_task(self._enter(region, tasks))
        except ExceptionGroup as group:
            # Each call catches what AWS can do to it; what is left is the disk or a defect. The disk ends the run, and is said first.
            raise min(group.exceptions, key=lambda error: not isinstance(error, SnapshotError)) from group

    async def _enter(self, region: str, tasks: asyncio.TaskGroup) -> None:
        """Try a few services of several kinds first: a region that an organization's policy closes gets no thousand denials."""
        regional = [entry for entry in self._catalogue.roots if entry.scope == "regional"]
        probes = [entry for entry in regional if entry.probe]
        for entry in probes:
            self._seen.add(_key(entry, region, {}))
            self._announce(entry, region)
        # In the group like all others: if one of them cannot be written, the rest must not go on beside it.
        calls = [tasks.create_task(self._call(entry, region, {})) for entry in probes]
        outcomes = [await call for call in calls]
        if not probes or any(outcome is not Outcome.BLOCKED for outcome in outcomes):
            for entry in regional:
                self._start(entry, region, {})
            return
        tried = ", ".join(entry.id for entry in probes)
        message = f"not asked: an organization's policy closes {region}, it denied {tried}"
        for entry in regional:
            if not entry.probe:
                reply = Reply(Outcome.BLOCKED, None, REGION_CLOSED, message)
                self._finish(entry, record_of(self._target.account, entry, region, {}, reply))

    def _start(self, entry: Entry, region: str, parameters: dict[str, str]) -> None:
        key = _key(entry, region, parameters)
        if key in self._seen or self._tasks is None:
            return
        self._seen.add(key)
        self._announce(entry, region)
        self._tasks.create_task(self._call(entry, region, parameters))

    def _announce(self, entry: Entry, region: str) -> None:
        if self._progress is not None:
            self._progress.call_started(self._target.account, region, entry.service)

    async def _call(self, entry: Entry, region: str, parameters: dict[str, str]) -> Outcome:
        record = await self._outcome(entry, region, parameters)
        self._finish(entry, record, await self._unpacked(entry, record))
        return record.outcome

    async def _unpacked(self, entry: Entry, record: Record) -> Record:
        """The record, redacted if something has to be unpacked for that: in another thread, and until the run is over."""
        try:
            if self._writer.unpacks(record, entry.secrets):
                return await asyncio.to_thread(
                    self._writer.redacted, record, entry.secrets, lambda: bool(self._halt.code())
                )
        except Exception as error:  # noqa: BLE001 - a defect costs the one answer, which must not be written as it is
            return unwritten(record, error)
        return record

    async def _outcome(self, entry: Entry, region: str, parameters: dict[str, str]) -> Record:
        account = self._target.account
        where = self._catalogue.homes[entry.service].get(self._partition, "") if region == GLOBAL else region
        if not where:
            known = self._partition in self._catalogue.homes["sts"]
            code = SERVICE_NOT_IN_REGION if known else PARTITION_UNKNOWN
            lacks = "has no" if known else "is none of which the catalogue knows the home of"
            return skipped(
                account, entry, region, parameters, code, f"the partition {self._partition} {lacks} {entry.service}"
            )
        try:
            async with self._halt.guard():
                if region != GLOBAL and await self._lacks(entry, region, parameters):
                    message = f"{region} has no {entry.service}"
                    return skipped(account, entry, region, parameters, SERVICE_NOT_IN_REGION, message)
                urgency = self._catalogue.chains[entry.id]
                record = await ask(self._client, self._target, entry, where, region, parameters, urgency)
            if record.code == NO_SUCH_HOST and not self._models.places(entry.service):
                message = (
                    f"there is no host of {entry.service} in {region}, and botocore's data does not say where it is"
                )
                return skipped(account, entry, region, parameters, SERVICE_NOT_IN_REGION, message)
            return record
        except Halted as halted:
            return skipped(account, entry, region, parameters, halted.code, "the run ended before it was answered")
        except Exception as error:  # noqa: BLE001 - a defect in one call is recorded as its outcome and must not end the others
            return failed(account, entry, region, parameters, error)

    async def _lacks(self, entry: Entry, region: str, parameters: dict[str, str]) -> bool:
        """Whether there is no such service in the region. botocore's data is late with new regions: it is believed where AWS's
        name servers do not contradict it."""
        if not self._models.lacks(entry.service, region):
            return False
        return not await self._client.has_host(entry.service, entry.operation, region, entry.sent(parameters))

    def _finish(self, entry: Entry, record: Record, unpacked: Record | None = None) -> None:
        """Write and count the record, and follow what it leads to; `unpacked` is the record as far as it is redacted already."""
        written = self._write(entry, unpacked or record)
        if written.outcome is not record.outcome:
            record = written
        if self._progress is not None:
            self._progress.call_finished(
                CallFinished(record.account, record.region, record.service, record.operation, record.outcome)
            )
        for child, source in self._catalogue.children.get(entry.id, ()):
            self._follow(child, source, record)

    def _follow(self, child: Entry, source: Source, parent: Record) -> None:
        if parent.answer is not None and parent.outcome in _HAS_ANSWER:
            calls: list[Call] = []
            try:
                for region, parameters in source.calls(parent.answer, parent.parameters, parent.region, parent.account):
                    # What is listed globally may live in a region that the schedule leaves out, and is out of scope with it.
                    if child.scope != "bucket" or not self._regions or region in self._regions:
                        calls.append((region, parameters))
            except ValueError as error:
                self._skip(child, source, parent, PARENT_NOT_READ, str(error))
            for region, parameters in self._in_turn(child, parent, calls):
                self._start(child, region, parameters)
        if parent.outcome not in {Outcome.OK, Outcome.ABSENT, Outcome.GONE} and not parent.known_empty:
            code = parent.code if parent.outcome is Outcome.SKIPPED else PARENT_NOT_READ
            self._skip(child, source, parent, code, f"needs {parent.name}, which ended as {parent.outcome}")

    def _in_turn(self, child: Entry, parent: Record, calls: list[Call]) -> list[Call]:
        """Those of `calls` that this run makes; of a list that is too long for one run the others are recorded as waiting."""
        if not child.cap or len(calls) <= child.cap:
            return calls
        items = {json.dumps(call, sort_keys=True): call for call in calls}
        name = json.dumps([self._target.account, child.id, parent.region, parent.parameters], sort_keys=True)
        chosen, turn = take(self._turns.get(name), list(items), child.cap, now())
        if turn is not None:
            self.turns[name] = turn
            message = f"{len(items) - len(chosen)} of {len(items)} wait for a later run ({child.cap} are read in each): {turn.age}"
            for item in items.keys() - chosen:
                region, parameters = items[item]
                if (key := _key(child, region, parameters)) not in self._seen:
                    self._seen.add(key)
                    record = skipped(self._target.account, child, region, parameters, NOT_ITS_TURN, message)
                    self._finish(child, record)
        return [items[item] for item in sorted(chosen)]

    def _skip(self, child: Entry, source: Source, parent: Record, code: str, message: str) -> None:
        # What it would have been asked about is not known, but that it was not asked must be.
        parameters = source.around(parent.parameters, parent.region)
        if any(set(other.names) == parameters.keys() for other in child.for_each):
            # By these alone another operation's item is asked for: that call was made, and is not what is missing here.
            parameters |= dict.fromkeys(source.parameters, ANY)
        region = GLOBAL if child.scope == "global" else parent.region
        key = _key(child, region, parameters)
        if key in self._seen:
            return
        self._seen.add(key)
        self._finish(child, skipped(self._target.account, child, region, parameters, code, message))

    def _write(self, entry: Entry, record: Record) -> Record:
        """Write the record, or that it cannot be written; what was written. Raises SnapshotError."""
        try:
            self._writer.write(record, secrets=entry.secrets)
        except SnapshotError:
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be encoded is the fault of one answer
            record = unwritten(record, error)
            self._writer.write(record)
        counts = self.totals.setdefault(record.region, {}).setdefault(record.service, Counter())
        counts[record.outcome.value] += 1
        return record


def _key(entry: Entry, region: str, parameters: dict[str, str]) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return entry.id, region, tuple(sorted(parameters.items()))
