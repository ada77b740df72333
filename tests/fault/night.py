"""One collection and audit of the demo's production account, wherever its AWS is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import botocore.session
import msgspec

from demo.aws import facts
from demo.aws.seed import seed
from demo.world import MANIFESTS, REPOSITORY, Ports
from demo.world import World as Demo
from nightaudit_auditor.collect import CollectedAccount, Collection, collect
from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Quota, Quotas
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.collect.wire import Timeouts
from nightaudit_auditor.manifests import AuditSchedule, load_schedule
from nightaudit_auditor.manifests.types import AccountTarget, Checks, Regions
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Record, SnapshotWriter, read_account
from nightaudit_auditor.steps.audit import Judgement, audit
from tests.fault.stand_in import Handler, Recorder, environment, serve
from tests.fault.world import Recording

PATIENCE = Patience(
    throttled=Backoff(attempts=3, base=0.001, cap=0.002), transient=Backoff(attempts=3, base=0.001, cap=0.002)
)
TIMEOUTS = Timeouts(connect=5.0, read=30.0, total=60.0)
IMPATIENT = Timeouts(connect=1.0, read=0.5, total=1.0)
"""For an AWS that hangs. Elsewhere a busy machine must not look like one."""
_LONGEST_CHAIN = 4
"""Calls that wait for each other's answers, in the catalogue."""
UNHURRIED = Quotas(default=Quota(rate=100_000, burst=100_000), services={})
_READY_SECONDS = 60


@dataclass(frozen=True)
class Night:
    """What one run collected of an account and made of it."""

    collected: CollectedAccount
    data: AccountData
    records: dict[str, Record]
    """By name, region and parameters, without the time."""
    judgement: Judgement
    now: datetime
    seconds: float


class Stage:
    """What all nights share: models and catalogue are loaded once."""

    def __init__(self) -> None:
        with _configured({}):
            self.session = botocore.session.Session()
            self.session.get_credentials()
        self.models = Models(self.session.get_component("data_loader"))
        self.catalogue = load_catalogue(self.models)
        schedule = load_schedule(MANIFESTS / "schedule.yaml")
        production = next(a for a in schedule.spec.accounts if a.id == facts.PRODUCTION.id)
        spec = msgspec.structs.replace(
            schedule.spec, accounts=(production,), regions=Regions(include=(facts.HOME_REGION,)), checks=Checks(include=("*",))
        )  # fmt: skip
        self.schedule: AuditSchedule = msgspec.structs.replace(schedule, spec=spec)
        self.now = datetime.now(UTC)

    @property
    def places(self) -> tuple[str, ...]:
        """The regions under which records are made."""
        return (GLOBAL, *self.schedule.spec.regions.include)

    @property
    def account(self) -> AccountTarget:
        return self.schedule.spec.accounts[0]

    async def night(self, handler: Handler, *, within: float = 60, timeouts: Timeouts = TIMEOUTS) -> Night:
        """Collect from what `handler` answers, and audit it. Raises TimeoutError if that takes longer than `within` seconds."""
        (night,) = await self.nights(handler, self.schedule, within=within, timeouts=timeouts)
        return night

    async def nights(
        self, handler: Handler, schedule: AuditSchedule, *, within: float = 60, timeouts: Timeouts = TIMEOUTS
    ) -> list[Night]:
        """The same for each account of a schedule."""
        with TemporaryDirectory(prefix="nightaudit-fault-") as folder:
            async with serve(handler) as url:
                with _configured(environment(self.session, self.catalogue, url)), self._loaded():
                    began = time.monotonic()
                    collection = await asyncio.wait_for(self._collect(schedule, Path(folder), timeouts), within)
                    seconds = time.monotonic() - began
            nights = []
            for collected in collection.accounts:
                data = read_account(Path(folder) / "metadata" / f"{collected.account}.jsonl.gz")
                judgement = audit({data.account.id: data}, schedule, (), self.now, {})
                nights.append(Night(collected, data, _records(data), judgement, self.now, seconds))
            return nights

    def _collect(self, schedule: AuditSchedule, folder: Path, timeouts: Timeouts) -> Coroutine[None, None, Collection]:
        return collect(
            schedule, SnapshotWriter(folder, "night", key=b"the same in every run"), run="night", deadline=None, stop=asyncio.Event(),
            session=self.session, patience=PATIENCE, timeouts=timeouts, quotas=UNHURRIED,
        )  # fmt: skip

    @contextmanager
    def _loaded(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(patch("nightaudit_auditor.collect.collector.Models", lambda _: self.models))
            stack.enter_context(patch("nightaudit_auditor.collect.collector.load_catalogue", lambda _: self.catalogue))
            yield

    async def record(self, upstream: str) -> Recording:
        """What the AWS at `upstream` answers to one collection."""
        recorder = Recorder(upstream)
        night = await self.night(recorder.handle, timeouts=Timeouts())
        return Recording(recorder.calls, night.data)


def bound(clean: Night) -> float:
    """Seconds within which a night must end whatever happens to one operation: patience may be used up at each link of a chain."""
    attempts = max(PATIENCE.throttled.attempts, PATIENCE.transient.attempts)
    return _LONGEST_CHAIN * attempts * (IMPATIENT.total + PATIENCE.transient.cap) + 5 * clean.seconds


def _records(data: AccountData) -> dict[str, Record]:
    return {
        f"{record.name} {record.region} {record.parameters}": msgspec.structs.replace(record, time="")
        for name in data.operations()
        for record in data.records(name)
    }


@contextmanager
def _configured(variables: dict[str, str]) -> Iterator[None]:
    """The SDK's configuration: the demo's credentials and nothing of this machine."""
    own = {
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": facts.ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": facts.SECRET_KEY, "AWS_DEFAULT_REGION": facts.HOME_REGION,
    }  # fmt: skip
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_") and "proxy" not in name.lower()
    }
    with patch.dict(os.environ, {**kept, **own, **variables}, clear=True):
        yield


@contextmanager
def demo_organization(folder: Path) -> Iterator[str]:
    """The demo's AWS, seeded, in a process of its own; its URL."""
    demo = Demo(state=folder, ports=Ports.free())
    server = next(one for one in demo.servers() if one.name == "aws")
    log = folder / "aws.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            server.argv, cwd=REPOSITORY, env={**os.environ, **server.env}, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        _wait(server.ready_url, process, log)
        seed(demo.aws_url)
        yield demo.aws_url
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the demo's AWS does not serve:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.1)
