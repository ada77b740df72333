"""What goes down together, for a while or for good: the run ends, what could be had is had, and the rest has its name."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from demo.aws import facts
from nightaudit_auditor.checks.registry import AUDIT_PREFIX
from nightaudit_auditor.collect.retry import Backoff, Patience
from nightaudit_auditor.manifests import AuditSchedule
from nightaudit_auditor.manifests.types import AccountTarget, Regions
from nightaudit_auditor.snapshot import SERVICE_NOT_IN_REGION, Outcome
from tests.fault.cases import SEED
from tests.fault.discovering import few
from tests.fault.night import Manner, Night, Stage
from tests.fault.outages import Relay, Sent, Silence, for_seconds, relayed
from tests.fault.stand_in import StandIn
from tests.fault.world import World

PATIENT = Manner(patience=Patience())
"""As in production."""
BRIEF = Manner(
    patience=Patience(transient=Backoff(attempts=3, base=0.01, cap=0.02), hiccup=0.1, silence=0.3, probe=0.1)
)
"""In the same proportions, and done soon."""
CROWDED = msgspec.structs.replace(BRIEF, in_flight=8)
"""And with so few requests at once that calls wait while others find out."""
DEAD = "eu-west-1"
MOMENTS = 6
ACCOUNTS = 24


@pytest.mark.parametrize(
    "number", [pytest.param(n, marks=() if n == 0 else pytest.mark.exhaustive) for n in range(MOMENTS)]
)
async def test_two_seconds_without_any_connection_lose_nothing(
    stage: Stage, world: World, clean: Night, number: int
) -> None:
    moment = random.Random(f"{SEED} {number}").randrange(1, len(clean.records))  # noqa: S311 - a choice that can be repeated
    stand_in = StandIn(world)
    relays: list[Relay] = []
    outages: list[asyncio.Task[None]] = []

    async def handle(service: str, request: web.Request, body: bytes) -> web.StreamResponse:
        if len(stand_in.asked) == moment and not outages:
            outages.append(asyncio.create_task(relays[0].down_for(2)))
        return await stand_in.handle(service, request, body)

    @asynccontextmanager
    async def way(url: str) -> AsyncIterator[str]:
        async with relayed(url) as relay:
            relays.append(relay)
            yield relay.url

    (night,) = await stage.nights(handle, stage.schedule, within=120, manner=PATIENT, way=way)
    assert outages[0].done()
    assert stand_in.strange == []
    assert night.records == clean.records


async def test_a_second_without_name_servers_loses_nothing(stage: Stage, world: World, clean: Night) -> None:
    silence = Silence(for_seconds(1, lambda sent: sent.service not in {"sts", "ec2"}))
    with silence.falls():
        night = await stage.night(StandIn(world).handle, within=120, manner=PATIENT)
    assert len(silence.met) > 5
    assert night.records == clean.records


async def test_a_region_that_is_down_for_good_is_named_costs_little_and_disturbs_no_other(
    stage: Stage, world: World, clean: Night
) -> None:
    silence = Silence(lambda sent: sent.region == DEAD, seconds=0.1)
    spec = msgspec.structs.replace(stage.schedule.spec, regions=Regions(include=(facts.HOME_REGION, DEAD)))
    schedule = msgspec.structs.replace(stage.schedule, spec=spec)
    with silence.falls():
        (night,) = await stage.nights(StandIn(world).handle, schedule, within=120, manner=CROWDED)
    lost = [record for record in night.records.values() if record.region == DEAD]
    assert {key: night.records.get(key) for key in clean.records} == clean.records
    assert {record.outcome for record in lost} == {Outcome.ERROR, Outcome.SKIPPED}
    codes = Counter(record.code for record in lost)
    assert codes.keys() <= {"ConnectionError", "RegionUnreachable", "ParentNotRead", SERVICE_NOT_IN_REGION}
    assert min(codes["ConnectionError"], codes["RegionUnreachable"]) > 0
    asked = codes["ConnectionError"] + codes["RegionUnreachable"]
    assert silence.met.total() < asked * BRIEF.patience.transient.attempts
    told = {r.check for r in night.judgement.evaluation.results if r.check.startswith(AUDIT_PREFIX)}
    assert told == {"AUDIT_COLLECTION_FAILED"}


class TestSTS:
    @pytest.fixture
    def many(self, stage: Stage) -> AuditSchedule:
        """More accounts than are collected at once."""
        ids = [f"{number:012d}" for number in range(1, ACCOUNTS + 1)]
        accounts = tuple(AccountTarget(id=id_, role_arn=f"arn:aws:iam::{id_}:role/nightaudit") for id_ in ids)
        return msgspec.structs.replace(
            stage.schedule, spec=msgspec.structs.replace(stage.schedule.spec, accounts=accounts)
        )

    async def test_that_is_down_for_six_seconds_costs_no_account(
        self, stage: Stage, world: World, many: AuditSchedule
    ) -> None:
        silence = Silence(for_seconds(6, _is_assume_role))
        with silence.falls():
            nights = await stage.nights(
                StandIn(world).handle, many, within=120, manner=PATIENT, catalogue=few(stage.whole)
            )
        assert [night.collected.error for night in nights if not night.data.reachable] == []
        assert silence.met.total() > 20

    async def test_that_is_down_for_good_is_not_asked_for_every_account_and_the_run_ends(
        self, stage: Stage, world: World, many: AuditSchedule
    ) -> None:
        silence = Silence(_is_assume_role)
        with silence.falls():
            nights = await stage.nights(
                StandIn(world).handle, many, within=120, manner=BRIEF, catalogue=few(stage.whole)
            )
        codes = Counter(record.code for night in nights for record in night.records.values())
        assert codes.keys() == {"ConnectionError", "OperationUnanswered"}
        assert codes.total() == ACCOUNTS
        checks = {result.check for night in nights for result in night.judgement.evaluation.results}
        assert checks == {"AUDIT_ACCOUNT_UNREACHABLE"}


def _is_assume_role(sent: Sent) -> bool:
    return b"Action=AssumeRole" in sent.action
