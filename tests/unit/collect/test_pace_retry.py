"""How fast and how often to ask."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Bucket, Pace, Quota, Quotas, load_quotas
from nightaudit_auditor.collect.retry import Attempts, Backoff, Patience


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def _bucket(rate: float = 10, burst: float = 5) -> tuple[Bucket, Clock]:
    clock = Clock()
    return Bucket(Quota(rate=rate, burst=burst), clock=clock, sleep=clock.sleep), clock


class TestBucket:
    async def test_the_burst_is_free_and_what_follows_keeps_the_rate(self) -> None:
        bucket, clock = _bucket()
        for _ in range(5):
            await bucket.take()
        assert clock.now == 0
        for _ in range(20):
            await bucket.take()
        assert clock.now == pytest.approx(2.0)

    @settings(deadline=None)
    @given(rate=st.floats(0.5, 50), burst=st.integers(1, 50), calls=st.integers(1, 100))
    async def test_never_faster_than_the_quota(self, rate: float, burst: int, calls: int) -> None:
        bucket, clock = _bucket(rate, burst)
        for _ in range(calls):
            await bucket.take()
        assert calls <= burst + rate * clock.now + 1e-6

    def test_throttling_halves_the_rate_once_a_second(self) -> None:
        bucket, clock = _bucket(rate=8, burst=1)
        for _ in range(50):
            bucket.throttled()
        assert bucket.rate == 4
        clock.now += 1
        bucket.throttled()
        assert bucket.rate == 2

    @pytest.mark.parametrize("rate", [0.25, 2.5, 10, 100])
    async def test_while_aws_answers_the_old_rate_is_back_within_half_a_minute(self, rate: float) -> None:
        bucket, clock = _bucket(rate=rate, burst=1)
        for _ in range(10):
            bucket.throttled()
            clock.now += 1
        slowed, stopped = bucket.rate, clock.now
        assert slowed <= rate / 2
        while bucket.rate < rate:
            await bucket.take()
            bucket.answered()
        assert 14 <= clock.now - stopped <= 30 + 1 / slowed

    def test_many_answers_in_one_moment_do_not_bring_the_rate_back(self) -> None:
        bucket, clock = _bucket(rate=100, burst=1)
        bucket.throttled()
        clock.now += 0.3
        for _ in range(100):
            bucket.answered()
        assert bucket.rate == pytest.approx(51)

    async def test_throttling_takes_the_burst_away(self) -> None:
        bucket, clock = _bucket(rate=10, burst=5)
        bucket.throttled()
        await bucket.take()
        assert clock.now == pytest.approx(1 / 5)

    @pytest.mark.parametrize(("rate", "floor"), [(8, 0.5), (0.5, 0.25)])
    def test_the_rate_has_a_floor_below_the_quota(self, rate: float, floor: float) -> None:
        bucket, clock = _bucket(rate=rate)
        for _ in range(20):
            clock.now += 2
            bucket.throttled()
        assert bucket.rate == floor

    async def test_throttling_slows_those_who_wait_already_and_they_keep_their_order(self) -> None:
        bucket, clock = _bucket(rate=10, burst=1)
        served: list[tuple[int, float]] = []

        async def call(number: int) -> None:
            await bucket.take()
            if number == 0:
                bucket.throttled()
            served.append((number, clock.now))

        async with asyncio.TaskGroup() as calls:
            for number in range(6):
                calls.create_task(call(number))
        assert served == [(number, pytest.approx(number / 5)) for number in range(6)]

    async def test_who_gives_up_waiting_has_taken_nothing(self) -> None:
        bucket, clock = _bucket(rate=10, burst=1)
        await bucket.take()
        hanging = asyncio.Event()
        bucket._sleep = lambda _: hanging.wait()  # type: ignore[assignment, return-value]
        waiting = [asyncio.create_task(bucket.take()) for _ in range(50)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        bucket._sleep = clock.sleep
        await bucket.take()
        assert clock.now == pytest.approx(0.1)


class TestQuotas:
    def test_buckets_are_per_account_region_and_service_or_operation(self) -> None:
        quotas = Quotas(
            default=Quota(5, 5),
            services={"ec2": Quota(1, 1, "operation"), "lambda": Quota(2, 2), "lambda.GetPolicy": Quota(3, 3)},
        )
        pace = Pace(quotas)
        assert pace.bucket("1", "r", "kms", "a") is pace.bucket("1", "r", "kms", "b")
        assert pace.bucket("1", "r", "kms", "a") is not pace.bucket("1", "s", "kms", "a")
        assert pace.bucket("1", "r", "kms", "a") is not pace.bucket("2", "r", "kms", "a")
        assert pace.bucket("1", "r", "ec2", "a") is not pace.bucket("1", "r", "ec2", "b")
        assert pace.bucket("1", "r", "lambda", "GetPolicy").rate == 3
        assert pace.bucket("1", "r", "lambda", "ListFunctions").rate == 2

    def test_what_the_table_counts_apart_is_collected_under_that_name(self, models: Models) -> None:
        sent = {f"{e.service}.{e.operation}" for e in load_catalogue(models).entries.values()}
        assert {name for name in load_quotas().services if "." in name} <= sent

    def test_an_account_that_is_done_is_forgotten(self) -> None:
        pace = Pace(load_quotas())
        first = pace.bucket("1", "r", "kms", "list_keys")
        other = pace.bucket("2", "r", "kms", "list_keys")
        pace.forget("1")
        assert pace.bucket("1", "r", "kms", "list_keys") is not first
        assert pace.bucket("2", "r", "kms", "list_keys") is other

    @pytest.mark.parametrize(
        ("quota", "field"),
        [("rate: fast, burst: 1", "rate"), ("rate: 0, burst: 1", "rate"), ("rate: 1, burst: 0.5", "burst")],
    )
    def test_a_malformed_table_is_refused_by_field(self, tmp_path: Path, quota: str, field: str) -> None:
        table = tmp_path / "quotas.yaml"
        table.write_text(f"default: {{{quota}}}\nservices: {{}}\n")
        with pytest.raises(msgspec.ValidationError, match=rf"default\.{field}"):
            load_quotas(table)


class TestBackoff:
    @settings(deadline=None)
    @given(attempt=st.integers(1, 40), seed=st.integers())
    def test_waits_grow_with_jitter_up_to_the_cap(self, attempt: int, seed: int) -> None:
        wait = Backoff(attempts=8, base=0.5, cap=10).seconds(attempt, random.Random(seed))  # noqa: S311 - jitter
        assert 0 <= wait <= min(10, 0.5 * 2 ** (attempt - 1))


class TestAttempts:
    def test_what_fails_on_the_way_is_asked_for_again_until_a_hiccup_has_passed(self) -> None:
        clock = Clock()
        attempts = Attempts(Patience(), _rng(), clock)
        waits = _waits(attempts.unconnected, clock)
        assert clock.now >= Patience().hiccup
        assert len(waits) >= Patience().transient.attempts
        assert max(waits) <= Patience().transient.cap

    def test_but_not_for_longer_than_its_attempts_if_each_takes_long(self) -> None:
        clock = Clock()
        attempts = Attempts(Patience(), _rng(), clock)

        def hang() -> float | None:
            clock.now += 30
            return attempts.unconnected()

        assert len(_waits(hang, clock)) == Patience().transient.attempts - 1

    @pytest.mark.parametrize("kind", ["transient", "throttled"])
    def test_what_aws_says_counts_by_attempts(self, kind: str) -> None:
        backoff: Backoff = getattr(Patience(), kind)
        waits = _waits(getattr(Attempts(Patience(), _rng()), kind), Clock())
        assert len(waits) == backoff.attempts - 1

    def test_a_fault_after_a_hiccup_has_all_its_attempts(self) -> None:
        clock = Clock()
        attempts = Attempts(Patience(), _rng(), clock)
        _waits(attempts.unconnected, clock)
        assert len(_waits(attempts.transient, clock)) == Patience().transient.attempts - 1

    def test_a_role_is_asked_for_longest_of_all(self) -> None:
        usual, roles = Patience(), Patience().for_roles()
        assert roles.transient.attempts > usual.transient.attempts
        assert roles.hiccup > usual.silence > usual.hiccup
        assert roles.silence > roles.hiccup


def _rng() -> random.Random:
    return random.Random(20261123)  # noqa: S311 - jitter


def _waits(ask: Callable[[], float | None], clock: Clock) -> list[float]:
    """The waits until there is no attempt left; time passes with them alone."""
    waits: list[float] = []
    while (wait := ask()) is not None:
        waits.append(wait)
        clock.now += wait
    return waits
