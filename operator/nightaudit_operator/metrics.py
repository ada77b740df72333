"""Prometheus metrics: counters of what happened, and gauges that are read from the cache at every scrape."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import find, parse_time
from nightaudit_operator.api.manifests import FINISHED, RunStatus
from nightaudit_operator.api.objects import Run, Schedule
from nightaudit_operator.cluster.cache import Cache

_SEVERITIES = ("critical", "high", "medium", "low", "info")
_SCHEDULE = ("namespace", "schedule")


class Metrics:
    """One registry per operator."""

    def __init__(self, cache: Cache) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, of no use to any rule
        self.registry = CollectorRegistry()
        self.registry.register(_Objects(cache))
        self.errors = Counter(
            "nightaudit_reconcile_errors_total", "Reconciliations that failed.", ("kind",), registry=self.registry
        )
        self.seconds = Histogram(
            "nightaudit_reconcile_seconds", "How long reconciliations take.", ("kind",), registry=self.registry
        )
        self.runs = Counter(
            "nightaudit_runs_total",
            "Runs that ended while this operator watched, by result.",
            (*_SCHEDULE, "result"),
            registry=self.registry,
        )
        self.queue = Gauge("nightaudit_queue_depth", "Keys that wait for a worker.", registry=self.registry)
        self.resynced = Gauge(
            "nightaudit_last_resync_timestamp_seconds",
            "When all lists were last read successfully.",
            registry=self.registry,
        )

    def introduce(self, schedule: Schedule) -> None:
        """Let the schedule's counters begin at zero: Prometheus sees no increase in a series that begins at one."""
        for result in sorted(FINISHED):
            self.runs.labels(schedule.namespace, schedule.name, result)

    def forget(self, namespace: str, schedule: str) -> None:
        """The schedule is gone."""
        for result in FINISHED:
            self.runs.remove(namespace, schedule, result)

    def count_run(self, run: Run, status: RunStatus) -> None:
        """Count a run that has just ended."""
        self.runs.labels(run.namespace, run.spec.schedule_name, status.result or "").inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)


class _Objects(Collector):
    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def collect(self) -> Iterable[Metric]:
        schedules = sorted(self._cache.schedules, key=lambda schedule: schedule.key)
        yield from _schedules(schedules)
        yield from _runs(schedules, self._cache)
        states = GaugeMetricFamily("nightaudit_exceptions", "AuditExceptions by state.", labels=("namespace", "state"))
        counts: dict[tuple[str, str], int] = {}
        for exception in self._cache.exceptions:
            key = (exception.namespace, str(exception.status.state or "Unknown"))
            counts[key] = counts.get(key, 0) + 1
        for labels, count in sorted(counts.items()):
            states.add_metric(labels, count)
        yield states


def _schedules(schedules: Iterable[Schedule]) -> Iterable[Metric]:
    ready = GaugeMetricFamily("nightaudit_schedule_ready", "1 when Ready is True.", labels=_SCHEDULE)
    stale = GaugeMetricFamily(
        "nightaudit_schedule_stale", "1 when two due runs in a row are missing.", labels=_SCHEDULE
    )
    recognized = GaugeMetricFamily(
        "nightaudit_schedule_checks_recognized", "1 when ChecksRecognized is True.", labels=_SCHEDULE
    )
    suspended = GaugeMetricFamily("nightaudit_schedule_suspended", "1 when suspended.", labels=_SCHEDULE)
    missed = GaugeMetricFamily(
        "nightaudit_schedule_missed_runs", "Due times without a success in time.", labels=_SCHEDULE
    )
    following = GaugeMetricFamily(
        "nightaudit_schedule_next_run_timestamp_seconds", "When the next run is due.", labels=_SCHEDULE
    )
    success = GaugeMetricFamily(
        "nightaudit_schedule_last_success_timestamp_seconds", "When a run last succeeded.", labels=_SCHEDULE
    )
    for schedule in schedules:
        key, status = (schedule.namespace, schedule.name), schedule.status
        told = find(status.conditions, reasons.READY)
        late = find(status.conditions, reasons.STALE)
        names = find(status.conditions, reasons.CHECKS_RECOGNIZED)
        ready.add_metric(key, told is not None and told.status == "True")
        stale.add_metric(key, late is not None and late.status == "True")
        if names is not None:
            recognized.add_metric(key, names.status == "True")
        suspended.add_metric(key, schedule.spec is not None and schedule.spec.suspend)
        if status.missed_runs is not None:
            missed.add_metric(key, status.missed_runs)
        for family, text in ((following, status.next_schedule_time), (success, status.last_successful_time)):
            moment = parse_time(text)
            if moment is not None:
                family.add_metric(key, moment.timestamp())
    return (ready, stale, recognized, suspended, missed, following, success)


def _runs(schedules: Iterable[Schedule], cache: Cache) -> Iterable[Metric]:
    """Gauges of each schedule's latest run that ended; unknown values are absent, not zero."""
    result = GaugeMetricFamily(
        "nightaudit_run_result", "1 for the result of the latest run.", labels=(*_SCHEDULE, "result", "reason")
    )
    ended = GaugeMetricFamily(
        "nightaudit_run_completed_timestamp_seconds", "When the latest run ended.", labels=_SCHEDULE
    )
    took = GaugeMetricFamily("nightaudit_run_duration_seconds", "How long the latest run took.", labels=_SCHEDULE)
    findings = GaugeMetricFamily(
        "nightaudit_run_findings", "Findings of the latest run.", labels=(*_SCHEDULE, "severity")
    )
    fresh = GaugeMetricFamily("nightaudit_run_findings_new", "New findings of the latest run.", labels=_SCHEDULE)
    unknown = GaugeMetricFamily("nightaudit_run_unknown", "What the latest run could not judge.", labels=_SCHEDULE)
    failed = GaugeMetricFamily(
        "nightaudit_run_accounts_failed", "Accounts that the latest run could not read.", labels=_SCHEDULE
    )
    undelivered = GaugeMetricFamily(
        "nightaudit_run_undelivered", "1 when the latest run could not notify.", labels=_SCHEDULE
    )
    stuck = GaugeMetricFamily(
        "nightaudit_run_problem", "1 for a run under way that cannot start.", labels=(*_SCHEDULE, "reason")
    )
    for schedule in schedules:
        key = (schedule.namespace, schedule.name)
        runs = cache.runs.group(*key)
        for reason in sorted({_problem(run) for run in runs} - {""}):
            stuck.add_metric((*key, reason), 1)
        over = [run for run in runs if run.status.finished]
        if not over:
            continue
        status = max(over, key=lambda run: (run.status.completion_time, run.created, run.name)).status
        succeeded, notified = find(status.conditions, reasons.SUCCEEDED), find(status.conditions, reasons.NOTIFIED)
        result.add_metric((*key, status.result or "", succeeded.reason if succeeded else ""), 1)
        undelivered.add_metric(key, notified is not None and notified.status == "False")
        moment: datetime | None = parse_time(status.completion_time)
        known = (
            (ended, moment.timestamp() if moment else None),
            (took, status.duration_seconds),
            (fresh, status.new),
            (unknown, status.unknown),
            (failed, status.accounts.failed if status.accounts else None),
        )
        for family, value in known:
            if value is not None:
                family.add_metric(key, value)
        if status.findings is not None:
            for severity in _SEVERITIES:
                findings.add_metric((*key, severity), getattr(status.findings, severity))
    return (result, ended, took, findings, fresh, unknown, failed, undelivered, stuck)


def _problem(run: Run) -> str:
    told = find(run.status.conditions, reasons.SUCCEEDED)
    start_problems = {
        reasons.IMAGE_PULL_FAILED,
        reasons.CONTAINER_CONFIG_INVALID,
        reasons.POD_NOT_CREATED,
        reasons.POD_UNSCHEDULABLE,
    }
    return told.reason if told is not None and told.status == "Unknown" and told.reason in start_problems else ""
