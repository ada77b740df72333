"""Metrics tell what the objects say; what is unknown is absent, not zero."""

from __future__ import annotations

import pytest

from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.metrics import Metrics

LABELS = 'namespace="audit",schedule="nightly"'


@pytest.fixture
def cache() -> Cache:
    return Cache()


@pytest.fixture
def scrape(cache):
    metrics = Metrics(cache)
    return lambda: metrics.text().decode().splitlines()


def condition(kind, status, reason):
    return {"type": kind, "status": status, "reason": reason, "message": ""}


def test_a_schedule(build, cache, scrape):
    status = {
        "conditions": [condition("Ready", "True", "Scheduled"), condition("Stale", "True", "MissedRuns")],
        "missedRuns": 4,
        "nextScheduleTime": "2026-01-03T03:00:00Z",
    }
    cache.put(build.schedule(status=status))
    lines = scrape()
    assert f"nightaudit_schedule_ready{{{LABELS}}} 1.0" in lines
    assert f"nightaudit_schedule_stale{{{LABELS}}} 1.0" in lines
    assert f"nightaudit_schedule_missed_runs{{{LABELS}}} 4.0" in lines
    assert not any(line.startswith("nightaudit_schedule_last_success_timestamp_seconds{") for line in lines)


@pytest.mark.parametrize(("status", "value"), [("True", "1.0"), ("False", "0.0")])
def test_whether_all_that_a_schedule_says_of_checks_has_an_effect(build, cache, scrape, status, value):
    cache.put(build.schedule(status={"conditions": [condition("ChecksRecognized", status, "Any")]}))
    assert f"nightaudit_schedule_checks_recognized{{{LABELS}}} {value}" in scrape()


def test_a_schedule_whose_checks_were_not_looked_at_is_not_said_to_be_either(build, cache, scrape):
    cache.put(build.schedule(status={"conditions": [condition("Ready", "False", "InvalidSchedule")]}))
    assert not any(line.startswith("nightaudit_schedule_checks_recognized{") for line in scrape())


def test_the_latest_run_that_ended(build, cache, scrape):
    cache.put(build.schedule())
    counts = {"critical": 3, "high": 0, "medium": 0, "low": 0, "info": 0}
    done = {"result": "Findings", "completionTime": "2026-01-02T03:00:00Z", "findings": counts, "unknown": 5}
    cache.put(build.run("a", status=done | {"completionTime": "2026-01-01T03:00:00Z", "unknown": 1}))
    cache.put(build.run("b", status=done))
    stuck = [condition("Succeeded", "Unknown", "ImagePullFailed")]
    cache.put(build.run("c", status={"result": "Pending", "conditions": stuck}))
    lines = scrape()
    assert f'nightaudit_run_findings{{{LABELS},severity="critical"}} 3.0' in lines
    assert f"nightaudit_run_unknown{{{LABELS}}} 5.0" in lines
    assert 'nightaudit_run_problem{namespace="audit",reason="ImagePullFailed",schedule="nightly"} 1.0' in lines


def test_counters_begin_at_zero_and_go_with_their_schedule(build, cache):
    metrics = Metrics(cache)
    metrics.introduce(build.schedule())
    assert 'result="Error"' in metrics.text().decode()
    metrics.forget("audit", "nightly")
    assert 'result="Error"' not in metrics.text().decode()
    metrics.forget("audit", "nightly")
