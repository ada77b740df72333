"""How fast and how often to ask."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from botocore import xform_name
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import Bucket, Pace, Quota, Quotas, load_quotas
from nightaudit_auditor.collect.retry import Backoff, RegionHealth


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

    async def test_throttling_halves_the_rate_once_a_second_and_answers_bring_it_back(self) -> None:
        bucket, clock = _bucket(rate=8, burst=1)
        for _ in range(50):
            bucket.throttled()
        assert bucket.rate == 4
        clock.now += 1
        bucket.throttled()
        assert bucket.rate == 2
        for _ in range(40):
            bucket.answered()
        assert bucket.rate == 8

    async def test_throttling_takes_the_burst_away(self) -> None:
        bucket, clock = _bucket(rate=10, burst=5)
        bucket.throttled()
        await bucket.take()
        assert clock.now == pytest.approx(1 / 5)

    def test_the_rate_has_a_floor(self) -> None:
        bucket, clock = _bucket(rate=8)
        for _ in range(20):
            clock.now += 2
            bucket.throttled()
        assert bucket.rate == 0.5


class TestQuotas:
    def test_buckets_are_per_account_region_and_service_or_operation(self) -> None:
        quotas = Quotas(
            default=Quota(5, 5),
            services={"ec2": Quota(1, 1, "operation"), "lambda": Quota(2, 2), "lambda.get_policy": Quota(3, 3)},
        )
        pace = Pace(quotas)
        assert pace.bucket("1", "r", "kms", "a") is pace.bucket("1", "r", "kms", "b")
        assert pace.bucket("1", "r", "kms", "a") is not pace.bucket("1", "s", "kms", "a")
        assert pace.bucket("1", "r", "kms", "a") is not pace.bucket("2", "r", "kms", "a")
        assert pace.bucket("1", "r", "ec2", "a") is not pace.bucket("1", "r", "ec2", "b")
        assert pace.bucket("1", "r", "lambda", "get_policy").rate == 3
        assert pace.bucket("1", "r", "lambda", "list_functions").rate == 2

    def test_what_the_table_counts_apart_is_collected_under_that_name(self, models: Models) -> None:
        sent = {f"{e.service}.{xform_name(e.operation)}" for e in load_catalogue(models).entries.values()}
        assert {name for name in load_quotas().services if "." in name} <= sent

    def test_an_account_that_is_done_is_forgotten(self) -> None:
        pace = Pace(load_quotas())
        first = pace.bucket("1", "r", "kms", "list_keys")
        other = pace.bucket("2", "r", "kms", "list_keys")
        pace.forget("1")
        assert pace.bucket("1", "r", "kms", "list_keys") is not first
        assert pace.bucket("2", "r", "kms", "list_keys") is other

    def test_a_malformed_table_is_refused_by_field(self, tmp_path: Path) -> None:
        table = tmp_path / "quotas.yaml"
        table.write_text("default: {rate: fast, burst: 1}\nservices: {}\n")
        with pytest.raises(msgspec.ValidationError, match=r"default\.rate"):
            load_quotas(table)


class TestBackoff:
    @settings(deadline=None)
    @given(attempt=st.integers(1, 40), seed=st.integers())
    def test_waits_grow_with_jitter_up_to_the_cap(self, attempt: int, seed: int) -> None:
        wait = Backoff(attempts=8, base=0.5, cap=10).seconds(attempt, random.Random(seed))  # noqa: S311 - jitter
        assert 0 <= wait <= min(10, 0.5 * 2 ** (attempt - 1))


class TestRegionHealth:
    def test_silence_of_several_services_means_that_the_region_is_down(self) -> None:
        health = RegionHealth()
        for service in ("ec2", "kms", "ec2", "kms"):
            health.silent(service, "Describe")
        assert health.given_up("ec2", "Describe") == ""
        health.silent("rds", "Describe")
        assert health.given_up("lambda", "List") == "RegionUnreachable"

    def test_silence_of_one_operation_needs_much_more_and_ends_only_that_operation(self) -> None:
        health = RegionHealth()
        for _ in range(19):
            health.silent("s3", "GetBucketAcl")
        assert health.given_up("s3", "GetBucketAcl") == ""
        health.silent("s3", "GetBucketAcl")
        assert health.given_up("s3", "GetBucketAcl") == "OperationUnanswered"
        assert health.given_up("s3", "GetBucketPolicy") == ""
        assert health.given_up("ec2", "DescribeVpcs") == ""

    def test_silences_of_an_operation_count_although_others_are_answered_in_between(self) -> None:
        health = RegionHealth()
        for _ in range(20):
            health.silent("s3", "GetBucketAcl")
            health.answered("s3", "GetBucketPolicy", ok=True)
        assert health.given_up("s3", "GetBucketAcl") == "OperationUnanswered"

    def test_any_answer_closes_the_regions_breaker(self) -> None:
        health = RegionHealth()
        for service in ("ec2", "kms", "ec2", "kms", "rds"):
            health.silent(service, "Describe")
        health.answered("lambda", "List", ok=False)
        assert health.given_up("ec2", "Describe") == ""

    def test_an_answer_of_the_operation_closes_its_breaker(self) -> None:
        health = RegionHealth()
        for _ in range(20):
            health.silent("s3", "GetBucketAcl")
        health.answered("s3", "GetBucketAcl", ok=False)
        assert health.given_up("s3", "GetBucketAcl") == ""

    def test_the_retry_quota_runs_out_and_successes_earn_it_back(self) -> None:
        health = RegionHealth()
        assert sum(health.may_retry() for _ in range(200)) == 100
        for _ in range(5):
            health.answered("ec2", "Describe", ok=True)
        assert health.may_retry()
        assert not health.may_retry()
