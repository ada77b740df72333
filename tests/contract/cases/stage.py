"""The collector between a case and its check: one AWS on loopback, one client and one event loop for all cases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import botocore.session
import msgspec
from aiohttp import web

from nightaudit_auditor.aws.trust import OPERATIONS as OF_THE_TRUST_MODEL
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.collect.account import IDENTITY, REGIONS, Run, collect_account
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.halt import Halt
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, Quota, Quotas
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.collect.shares import Shares
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Wire
from nightaudit_auditor.manifests.types import AccountTarget
from nightaudit_auditor.manifests.types import Regions as Selected
from nightaudit_auditor.snapshot import AccountData, Outcome, Record, SnapshotWriter, read_account
from tests.contract.cases.world import CaseWorld
from tests.fault.faults import DENIED
from tests.fault.stand_in import ASSUME_ROLE, StandIn, environment, serve
from tests.fault.stand_in import Target as Failing
from tests.unit.checks.build import Case

_IN_FLIGHT = 16
_ONCE = Backoff(attempts=1, base=0.001, cap=0.001)
_UNHURRIED = Quotas(default=Quota(rate=100_000, burst=100_000), services={})


@dataclass(frozen=True)
class Collected:
    """What the collector made of a case's accounts; `strange` are requests that were none of AWS's."""

    accounts: tuple[AccountData, ...]
    strange: tuple[str, ...]


class Stage:
    """Collects one case after the other, once it is open."""

    def __init__(self, models: Models, catalogue: Catalogue, session: botocore.session.Session, folder: Path) -> None:
        self.stand_in: StandIn | None = None
        self._models = models
        self._catalogue = catalogue
        self._session = session
        self._folder = folder
        self._client: Client | None = None

    async def collect(self, case: Case) -> Collected:
        """The accounts of a case as the collector records them, asked for what its check needs and nothing else."""
        catalogue = self.needed(case)
        unreached = [data.account.id for data in case.accounts if not data.reachable]
        self.stand_in = StandIn(CaseWorld(catalogue, self._models, case))
        if unreached:
            (account,) = unreached
            self.stand_in.target, self.stand_in.fault = Failing(ASSUME_ROLE, "AssumeRole", account), DENIED
        with TemporaryDirectory(dir=self._folder) as folder:
            sink = SnapshotWriter(Path(folder), "night", key=b"the same in every run")
            found = [await self._account(catalogue, data, sink) for data in case.accounts]
        return Collected(tuple(found), tuple(self.stand_in.strange))

    def needed(self, case: Case) -> Catalogue:
        """What has to be collected for a case: what its check and the engine read, and whatever leads there."""
        check = load().checks[case.check]
        operations = {IDENTITY, REGIONS, *OF_THE_TRUST_MODEL, *check.kind.needs, *check.needs}
        if any(record.outcome is Outcome.BLOCKED for record in records(case)):
            # That a region is switched off shows in calls that the check itself has no need of.
            operations |= {record.name for record in records(case)}
        wanted = _with_parents(self._catalogue, operations)
        # Without its fellows a single probe that is denied would close the region.
        entries = {
            id_: msgspec.structs.replace(entry, probe=False)
            for id_, entry in self._catalogue.entries.items()
            if id_ in wanted
        }
        return msgspec.structs.replace(self._catalogue, entries=entries)

    async def _account(self, catalogue: Catalogue, data: AccountData, sink: SnapshotWriter) -> AccountData:
        account = data.account
        role = f"arn:{account.partition}:iam::{account.id}:role/nightaudit"
        own = OwnCredentials(self._session)
        assert self._client is not None
        run = Run(
            client=self._client, catalogue=catalogue, models=self._models, session=self._session, own=own,
            base=Target("", own), sink=sink, halt=Halt(None, asyncio.Event()), progress=None, id="night",
            regions=Selected(include=data.regions), turns={}, shares=Shares(catalogue, None),
        )  # fmt: skip
        target = AccountTarget(id=account.id, name=account.name, role_arn=role, labels=account.labels)
        await collect_account(run, target)
        return read_account(sink.folder / f"{account.id}.jsonl.gz")

    async def handle(self, service: str, request: web.Request, body: bytes) -> web.StreamResponse:
        """Pass a request on to the AWS of the case at hand."""
        assert self.stand_in is not None
        return await self.stand_in.handle(service, request, body)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[dict[str, str]]:
        """Serve, and connect to what is served; the variables that the SDK needs to find it."""
        async with serve(self.handle) as url, Wire(self._session, connections=_IN_FLIGHT, user_agent="tests") as wire:
            endpoints = Endpoints(self._session, self._models)
            patience = Patience(throttled=_ONCE, transient=_ONCE)
            self._client = Client(
                self._models, endpoints, wire, Pace(_UNHURRIED), in_flight=_IN_FLIGHT, patience=patience
            )
            yield environment(self._session, self._catalogue, url)


def records(case: Case) -> Iterator[Record]:
    """All that a case has recorded."""
    for data in case.accounts:
        for operation in data.operations():
            yield from data.records(operation)


def _with_parents(catalogue: Catalogue, operations: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = [*operations]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [source.operation for source in catalogue.entries[operation].for_each]
    return found
