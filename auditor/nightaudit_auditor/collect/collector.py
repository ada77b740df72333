"""The collection of a whole run: all accounts at once, within one deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version

import botocore
import botocore.session

from nightaudit_auditor.collect.account import Run, collect_account
from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.credentials import OwnCredentials
from nightaudit_auditor.collect.discovery import discover
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.halt import Halt
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Pace, Quotas, load_quotas
from nightaudit_auditor.collect.progress import CollectedAccount, Collection, Progress
from nightaudit_auditor.collect.retry import Patience
from nightaudit_auditor.collect.shares import Shares
from nightaudit_auditor.collect.target import Target
from nightaudit_auditor.collect.wire import Timeouts, Wire
from nightaudit_auditor.manifests.types import AccountTarget, AuditSchedule
from nightaudit_auditor.organization import select_accounts
from nightaudit_auditor.snapshot import AccountData, SnapshotWriter, Turn

IN_FLIGHT = 256
"""Requests at once in the whole run: with answers after 80 ms what one core can ask, and some more for those that take longer."""
ACCOUNTS_AT_ONCE = 4
"""Enough to fill the requests in flight with small accounts; more would only hold more files and answers in memory."""


async def collect(
    schedule: AuditSchedule,
    sink: SnapshotWriter,
    *,
    run: str,
    deadline: float | None,
    stop: asyncio.Event,
    progress: Progress | None = None,
    session: botocore.session.Session | None = None,
    in_flight: int = IN_FLIGHT,
    patience: Patience | None = None,
    turns: Mapping[str, Turn] | None = None,
    timeouts: Timeouts | None = None,
    quotas: Quotas | None = None,
) -> Collection:
    """Discover the accounts, if the schedule says so, and collect every one of them into `sink`.

    `deadline` is a value of time.monotonic() after which nothing is asked any more, `stop` does the same at once. What was not
    asked is recorded as skipped. `turns` are those that the run before ended with: how far the lists are read that are too
    long for one run. `patience`, `timeouts` and `quotas` say how often to ask again, how long to wait for an answer and how
    fast to ask.

    Raises CatalogueError if the catalogue contradicts botocore, SnapshotError if the snapshot cannot be written; whatever AWS
    does ends in the records and the result.
    """
    started = time.monotonic()
    session = session or botocore.session.get_session()
    models = Models(session.get_component("data_loader"))
    catalogue = load_catalogue(models)
    halt = Halt(deadline, stop)
    user_agent = f"nightaudit/{version('nightaudit')} Botocore/{botocore.__version__}"
    async with Wire(session, connections=in_flight, user_agent=user_agent, timeouts=timeouts) as wire:
        quotas = quotas or load_quotas()
        pace = Pace(quotas, progress.throttled) if progress else Pace(quotas)
        client = Client(models, Endpoints(session, models), wire, pace, in_flight=in_flight, patience=patience)
        own = OwnCredentials(session)
        shared = Run(
            client=client, catalogue=catalogue, models=models, session=session, own=own, base=Target("", own), sink=sink,
            halt=halt, progress=progress, id=run, regions=schedule.spec.regions, turns=turns or {},
            shares=Shares(catalogue, None),
        )  # fmt: skip
        watcher = asyncio.create_task(halt.watch())
        try:
            found: AccountData | None = None
            if schedule.spec.organization is not None:
                found = await discover(shared, schedule.spec.organization)
                shared = replace(shared, shares=Shares(catalogue, found))
            roster = select_accounts(schedule.spec, found)
            if progress is not None:
                progress.run_started(len(roster.accounts))
            accounts = await _all(shared, roster.accounts)
        finally:
            watcher.cancel()
    return Collection(
        accounts=accounts, halted=halt.code(), seconds=round(time.monotonic() - started, 3), organization=found,
        roster=roster,
    )  # fmt: skip


async def _all(run: Run, accounts: tuple[AccountTarget, ...]) -> tuple[CollectedAccount, ...]:
    slots = asyncio.Semaphore(ACCOUNTS_AT_ONCE)

    async def one(account: AccountTarget) -> CollectedAccount:
        async with slots:
            return await collect_account(run, account)

    try:
        async with asyncio.TaskGroup() as tasks:
            started = [tasks.create_task(one(account)) for account in accounts]
    except ExceptionGroup as group:
        # Only a snapshot that cannot be written gets here (see collect_account), and it fails the run: the first error says why.
        raise group.exceptions[0] from group
    return tuple(task.result() for task in started)
