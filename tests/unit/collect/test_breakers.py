"""Who is given up because of silence, for how long, and how it is found out that somebody answers again."""

from __future__ import annotations

import asyncio

import pytest

from nightaudit_auditor.collect.breakers import Breaker, RegionHealth
from nightaudit_auditor.collect.retry import Patience

PATIENCE = Patience()
SERVICES = ("ec2", "kms", "rds", "sns", "sqs")


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> RegionHealth:
    return RegionHealth(PATIENCE, clock)


def _use_up(health: RegionHealth, clock: Clock, *, services: tuple[str, ...] = SERVICES, seconds: float) -> None:
    """One call to each service uses up its attempts; from the first attempt to the last it takes so many seconds."""
    for service in services:
        health.silent(service, "Describe")
    clock.now += seconds
    for service in services:
        health.silent(service, "Describe")
        health.used_up(service)


def _code(breaker: Breaker | None) -> str:
    return breaker.code if breaker else ""


class TestARegion:
    def test_that_is_silent_for_long_to_several_calls_of_several_services_is_given_up(
        self, health: RegionHealth, clock: Clock
    ) -> None:
        _use_up(health, clock, seconds=PATIENCE.silence)
        assert _code(health.given_up("lambda", "List")) == "RegionUnreachable"

    def test_is_not_given_up_for_a_hiccup_however_many_calls_it_befalls(
        self, health: RegionHealth, clock: Clock
    ) -> None:
        for _ in range(100):
            _use_up(health, clock, seconds=0)
        clock.now += PATIENCE.silence - 1
        health.silent("ec2", "Describe")
        assert health.given_up("ec2", "Describe") is None

    @pytest.mark.parametrize("services", [SERVICES[:4], SERVICES[:1] * 10])
    def test_is_not_given_up_for_few_calls_or_one_service(
        self, health: RegionHealth, clock: Clock, services: tuple[str, ...]
    ) -> None:
        _use_up(health, clock, services=services, seconds=PATIENCE.silence)
        assert health.given_up("lambda", "List") is None

    def test_is_not_given_up_while_calls_still_have_attempts(self, health: RegionHealth, clock: Clock) -> None:
        for service in SERVICES:
            health.silent(service, "Describe")
        clock.now += PATIENCE.silence
        for service in SERVICES:
            health.silent(service, "Describe")
        assert health.given_up("ec2", "Describe") is None

    def test_that_nobody_asked_for_a_while_was_not_silent_for_it(self, health: RegionHealth, clock: Clock) -> None:
        _use_up(health, clock, seconds=1)
        clock.now += 10 * PATIENCE.silence
        assert health.given_up("ec2", "Describe") is None

    def test_that_answers_anything_is_there(self, health: RegionHealth, clock: Clock) -> None:
        _use_up(health, clock, seconds=PATIENCE.silence)
        health.answered("lambda", "List", ok=False)
        assert health.given_up("ec2", "Describe") is None
        _use_up(health, clock, seconds=PATIENCE.silence - 1)
        assert health.given_up("ec2", "Describe") is None


class TestAnOperation:
    def _silence(self, health: RegionHealth, clock: Clock, *, attempts: int, seconds: float) -> None:
        for _ in range(attempts - 1):
            health.silent("s3", "GetBucketAcl")
        clock.now += seconds
        health.silent("s3", "GetBucketAcl")

    def test_is_given_up_alone_after_many_attempts_over_a_long_time(self, health: RegionHealth, clock: Clock) -> None:
        self._silence(health, clock, attempts=20, seconds=PATIENCE.silence)
        assert _code(health.given_up("s3", "GetBucketAcl")) == "OperationUnanswered"
        assert health.given_up("s3", "GetBucketPolicy") is None
        assert health.given_up("ec2", "DescribeVpcs") is None

    @pytest.mark.parametrize(("attempts", "seconds"), [(19, PATIENCE.silence), (200, PATIENCE.silence - 1)])
    def test_is_not_given_up_for_few_attempts_or_a_short_time(
        self, health: RegionHealth, clock: Clock, attempts: int, seconds: float
    ) -> None:
        self._silence(health, clock, attempts=attempts, seconds=seconds)
        assert health.given_up("s3", "GetBucketAcl") is None

    def test_is_given_up_although_others_are_answered_in_between(self, health: RegionHealth, clock: Clock) -> None:
        for _ in range(20):
            health.silent("s3", "GetBucketAcl")
            health.answered("s3", "GetBucketPolicy", ok=True)
            clock.now += PATIENCE.silence / 19
        assert _code(health.given_up("s3", "GetBucketAcl")) == "OperationUnanswered"

    def test_that_answers_is_there(self, health: RegionHealth, clock: Clock) -> None:
        self._silence(health, clock, attempts=20, seconds=PATIENCE.silence)
        health.answered("s3", "GetBucketAcl", ok=False)
        assert health.given_up("s3", "GetBucketAcl") is None
        health.silent("s3", "GetBucketAcl")
        assert health.given_up("s3", "GetBucketAcl") is None


class TestAProbe:
    @pytest.fixture
    def breaker(self, health: RegionHealth, clock: Clock) -> Breaker:
        _use_up(health, clock, seconds=PATIENCE.silence)
        breaker = health.given_up("ec2", "Describe")
        assert breaker is not None
        return breaker

    async def test_is_one_call_every_few_seconds(self, breaker: Breaker, clock: Clock) -> None:
        let_through = 0
        for _ in range(100):
            if await breaker.lets_through():
                let_through += 1
                breaker.probe_ended()
            clock.now += PATIENCE.probe / 10
        assert let_through == 10

    async def test_is_awaited_by_those_who_come_meanwhile_and_its_answer_is_for_them_too(
        self, breaker: Breaker, health: RegionHealth
    ) -> None:
        assert await breaker.lets_through()
        others = [asyncio.create_task(breaker.lets_through()) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(other.done() for other in others)
        health.answered("ec2", "Describe", ok=True)
        breaker.probe_ended()
        assert await asyncio.gather(*others) == [False, False, False]
        assert health.given_up("kms", "Describe") is None

    async def test_outlives_those_who_give_up_waiting_for_it(self, breaker: Breaker) -> None:
        assert await breaker.lets_through()
        impatient, patient = (asyncio.create_task(breaker.lets_through()) for _ in range(2))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        assert not patient.done()
        breaker.probe_ended()
        assert not await patient

    async def test_of_an_operation_is_its_own(self, clock: Clock, health: RegionHealth) -> None:
        for _ in range(20):
            for operation in ("GetBucketAcl", "GetBucketPolicy"):
                health.silent("s3", operation)
            clock.now += PATIENCE.silence / 19
        first, second = (health.given_up("s3", operation) for operation in ("GetBucketAcl", "GetBucketPolicy"))
        assert first is not None
        assert second is not None
        assert await first.lets_through()
        assert await second.lets_through()


def test_the_retry_quota_runs_out_and_successes_earn_it_back(health: RegionHealth) -> None:
    assert sum(health.may_retry() for _ in range(200)) == 100
    for _ in range(5):
        health.answered("ec2", "Describe", ok=True)
    assert health.may_retry()
    assert not health.may_retry()
