"""One collection and audit of the demo's production account, wherever its AWS is."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager, nullcontext
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
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Quota, Quotas
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.collect.shares import Shares
from nightaudit_auditor.collect.wire import Timeouts
from nightaudit_auditor.manifests import AuditSchedule, load_schedule
from nightaudit_auditor.manifests.types import AccountTarget, Checks, Regions
from nightaudit_auditor.snapshot import GLOBAL, NOT_ITS_TURN, AccountData, Record, SnapshotWriter, read_account
from nightaudit_auditor.steps.audit import Judgement, audit
from tests.fault.stand_in import Handler, Recorder, environment, serve
from tests.fault.world import Recording

Way = Callable[[str], AbstractAsyncContextManager[str]]
"""From the URL at which something is served to the one at which it is asked."""
_BACKOFF = Backoff(attempts=3, base=0.001, cap=0.002)


class Manner(msgspec.Struct, frozen=True):
    """How the collector waits: the parameters of `collect` that say so."""

    patience: Patience = Patience(throttled=_BACKOFF, transient=_BACKOFF, hiccup=0, silence=0)
    timeouts: Timeouts = Timeouts()
    in_flight: int = 128
    silence: float = 0.0
    """Seconds that an AWS of this night may let a call wait; the collector does not know them."""


CALM = Manner()
WATCHFUL = Manner(
    patience=Patience(throttled=_BACKOFF, transient=Backoff(attempts=2, base=0.001, cap=0.002), hiccup=0, silence=0),
    timeouts=Timeouts(connect=1.5, read=1.5, total=3.0),
    in_flight=16,
    silence=3.0,
)
"""For an AWS that hangs. So few requests at once that on a busy machine the answers to the others do not come late."""
UNHURRIED = Quotas(default=Quota(rate=100_000, burst=100_000), services={})
_READY_SECONDS = 60
_MARGIN = 10
"""Seconds that a busy machine may take longer."""


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
        self.whole: Catalogue = load_catalogue(self.models)
        self.catalogue: Catalogue = Shares(self.whole, None).of(facts.PRODUCTION.id).catalogue
        """What an account is asked."""
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

    async def night(self, handler: Handler, *, within: float = 60, manner: Manner = CALM) -> Night:
        """Collect from what `handler` answers, and audit it. Raises TimeoutError if that takes longer than `within` seconds."""
        (night,) = await self.nights(handler, self.schedule, within=within, manner=manner)
        return night

    async def nights(
        self, handler: Handler, schedule: AuditSchedule, *, within: float = 60, manner: Manner = CALM, way: Way | None = None,
        catalogue: Catalogue | None = None,
    ) -> list[Night]:  # fmt: skip
        """The same for each account of a schedule, asked all that is in `catalogue`; `way` leads to what answers."""
        with TemporaryDirectory(prefix="nightaudit-fault-") as folder:
            async with serve(handler) as served, (way or nullcontext)(served) as url:
                with self.facing(url, catalogue or self.whole):
                    began = time.monotonic()
                    collection = await asyncio.wait_for(self._collect(schedule, Path(folder), manner), within)
                    seconds = time.monotonic() - began
            nights = []
            for collected in collection.accounts:
                data = read_account(Path(folder) / "metadata" / f"{collected.account}.jsonl.gz")
                judgement = audit({data.account.id: data}, schedule, (), self.now, {})
                nights.append(Night(collected, data, records_of(data), judgement, self.now, seconds))
            return nights

    def _collect(self, schedule: AuditSchedule, folder: Path, manner: Manner) -> Coroutine[None, None, Collection]:
        return collect(
            schedule, SnapshotWriter(folder, "night", key=b"the same in every run"), run="night", deadline=None, stop=asyncio.Event(),
            session=self.session, patience=manner.patience, timeouts=manner.timeouts, in_flight=manner.in_flight,
            quotas=UNHURRIED,
        )  # fmt: skip

    @contextmanager
    def facing(self, url: str, catalogue: Catalogue) -> Iterator[None]:
        """Whoever collects now asks the AWS at `url`, with these models, for what is in `catalogue`."""
        with ExitStack() as stack:
            stack.enter_context(_configured(environment(self.session, self.catalogue, url)))
            stack.enter_context(patch("nightaudit_auditor.collect.collector.Models", lambda _: self.models))
            stack.enter_context(patch("nightaudit_auditor.collect.collector.load_catalogue", lambda _: catalogue))
            yield

    async def record(self, upstream: str) -> Recording:
        """What the AWS at `upstream` answers to one collection."""
        recorder = Recorder(upstream)
        night = await self.night(recorder.handle)
        return Recording(recorder.calls, night.data)


def bound(clean: Night, entry: str, manner: Manner) -> float:
    """Seconds within which a night must end whatever happens to one operation: all patience with each of its calls is used up."""
    calls = sum(record.name == entry for record in clean.records.values())
    return allowance(clean.seconds, -(-calls // manner.in_flight), manner)


def allowance(seconds: float, rounds: int, manner: Manner) -> float:
    """Seconds for a night that takes `seconds` without a fault, and has to wait for so many failing calls one after the other."""
    attempts = max(manner.patience.throttled.attempts, manner.patience.transient.attempts)
    return _MARGIN + 5 * seconds + rounds * attempts * (manner.silence + manner.patience.transient.cap)


def records_of(data: AccountData) -> dict[str, Record]:
    """By name, region and parameters, without the time; what waits for its turn says in its message since when it does."""
    return {
        f"{record.name} {record.region} {record.parameters}": msgspec.structs.replace(
            record, time="", message="" if record.code == NOT_ITS_TURN else record.message
        )
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
