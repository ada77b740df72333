"""Turns what changed into keys, and works them off: read the cache, plan, carry out, say so."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from nightaudit_operator.api.config import Config
from nightaudit_operator.api.objects import AuditException, Children, Key, Pod, Run, Schedule
from nightaudit_operator.cluster.apply import Applier
from nightaudit_operator.cluster.cache import owner_name
from nightaudit_operator.cluster.gateway import KINDS, Gateway, read
from nightaudit_operator.cluster.intake import Object, metadata
from nightaudit_operator.cluster.port import ApiError
from nightaudit_operator.metrics import Metrics
from nightaudit_operator.plan import exception_status, planner
from nightaudit_operator.reconciler.queue import WorkQueue

LOG = logging.getLogger(__name__)
WORKERS = 4
_FIRST_RESYNC_SECONDS = 15.0
SCHEDULE = "AuditSchedule"
EXCEPTIONS = "AuditExceptions"


class Work(NamedTuple):
    """All that carries a schedule's name, or all exceptions of a namespace (whose name is then empty)."""

    kind: str
    namespace: str
    name: str


class ReconciliationError(Exception):
    """The work was done as far as it goes and has to be tried again."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Controller:
    """Level-triggered: it never asks what happened, only what is."""

    def __init__(
        self, config: Config, gateway: Gateway, metrics: Metrics, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._config = config
        self._gateway = gateway
        self._cache = gateway.cache
        self._metrics = metrics
        self._clock = clock
        self._applier = Applier(gateway)
        self.queue: WorkQueue[Work] = WorkQueue()
        self._synced_at: float | None = None
        self._resync_tried_at = time.monotonic()

    # Intake -------------------------------------------------------------------------------------------------------

    def observe(self, plural: str, raw: bytes, *, deleted: bool) -> None:
        """Take in a watch event; what it may concern is queued if it tells anything new."""
        key = metadata(raw)
        before = self._cache.get(plural, Key(key.namespace, key.name))
        item = read(plural, raw)
        if item is None:
            # Being deleted, or unreadable: what was known of it no longer holds.
            if before is not None and self._cache.drop(before):
                self._concern(before, None)
        elif self._cache.drop(item) if deleted else self._cache.put(item):
            self._concern(item, None if deleted else before)

    def _concern(self, item: Object, before: Object | None) -> None:
        """Queue what depends on the object. Its own status is written by this operator, and concerns nobody else."""
        changed = before is None or (before.uid, before.generation) != (item.uid, item.generation)
        exceptions = Work(EXCEPTIONS, item.namespace, "")
        match item:
            case AuditException():
                if changed or not isinstance(before, AuditException) or before.labels != item.labels:
                    self.queue.add(exceptions)
                    self._add_schedules(item.namespace)
            case Schedule() | Run():
                self.queue.add(Work(SCHEDULE, item.namespace, owner_name(item)))
                if changed or (isinstance(item, Run) and item.status.finished):
                    self.queue.add(exceptions)
            case _:
                self.queue.add(Work(SCHEDULE, item.namespace, owner_name(item)))

    def _add_schedules(self, namespace: str) -> None:
        for schedule in self._cache.schedules:
            if schedule.namespace == namespace:
                self.queue.add(Work(SCHEDULE, namespace, schedule.name))

    # The whole ----------------------------------------------------------------------------------------------------

    async def sync(self) -> None:
        """Read every list, and queue everything. Raises ApiError."""
        for namespace in self._config.namespaces:
            for plural in KINDS:
                await self._gateway.refresh(plural, namespace)
        self._synced_at = time.monotonic()
        self._metrics.resynced.set_to_current_time()
        self._add_everything()

    def _add_everything(self) -> None:
        for schedule in self._cache.schedules:
            self.queue.add(Work(SCHEDULE, schedule.namespace, schedule.name))
        for run in self._cache.runs:
            self.queue.add(Work(SCHEDULE, run.namespace, run.spec.schedule_name))
        for namespace in self._config.namespaces:
            self.queue.add(Work(EXCEPTIONS, namespace, ""))

    async def run(self) -> None:
        """Work until cancelled. The first sync is done."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(WORKERS):
                tasks.create_task(self._work())
            tasks.create_task(self._resync())

    async def _resync(self) -> None:
        # The watches start after the first lists: what was deleted in between shows only in another list.
        await asyncio.sleep(min(_FIRST_RESYNC_SECONDS, self._config.resync_seconds))
        while True:
            try:
                await self.sync()
            except ApiError as error:
                LOG.warning("resync failed, next in %d s: %s", self._config.resync_seconds, error)
            self._resync_tried_at = time.monotonic()
            await asyncio.sleep(self._config.resync_seconds)

    @property
    def ready(self) -> bool:
        """Whether the first lists are in and the last resync is recent."""
        return self._synced_at is not None and time.monotonic() - self._synced_at < 3 * self._config.resync_seconds

    @property
    def stuck(self) -> bool:
        """Whether the resync has stopped being tried: the process is of no use any more."""
        return time.monotonic() - self._resync_tried_at > 3 * self._config.resync_seconds + 60

    # The work -----------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            work = await self.queue.get()
            self._metrics.queue.set(len(self.queue))
            started = time.perf_counter()
            try:
                await self.reconcile(work)
            except (ApiError, ReconciliationError) as error:
                seconds = self.queue.failed(work)
                if isinstance(error, ApiError) and error.status == 409:
                    # The cache was behind: that is how optimistic concurrency works, and no error.
                    LOG.info("%s %s/%s: again in %.1f s: %s", *work, seconds, error)
                else:
                    self._metrics.errors.labels(work.kind).inc()
                    LOG.warning("%s %s/%s: again in %.1f s: %s", *work, seconds, error)
            except Exception:
                # A defect in one schedule must not stop the others; it shows in the log and in the metrics.
                self._metrics.errors.labels(work.kind).inc()
                LOG.exception("%s %s/%s: again in %.1f s", *work, self.queue.failed(work))
            else:
                self.queue.done(work)
            self._metrics.seconds.labels(work.kind).observe(time.perf_counter() - started)

    async def reconcile(self, work: Work) -> None:
        """Bring what the key names to where it should be. Raises ApiError or ReconciliationError to be tried again."""
        if work.kind == SCHEDULE:
            await self._reconcile_schedule(work)
        else:
            await self._reconcile_exceptions(work.namespace)

    async def _reconcile_schedule(self, work: Work) -> None:
        now = self._clock()
        key = Key(work.namespace, work.name)
        schedule = self._cache.schedules.get(key)
        if schedule is not None:
            self._metrics.introduce(schedule)
        exceptions = self._cache.exceptions.group(work.namespace, "")
        children = self._cache.children(*key)
        planned = planner.plan(self._config, schedule, exceptions, children, now)
        try:
            problem = await self._applier.carry_out(schedule, planned, now)
        finally:
            self._count_finished(planned)
        if schedule is None:
            self._applier.forget(key)
            self._metrics.forget(*key)
            return
        planned_for, children = children, self._cache.children(*key)
        if children != planned_for:
            # What this pass wrote is in the cache already, so its watch events will not bring the keys back.
            self.queue.add(work)
            if _over(children) - _over(planned_for):
                self.queue.add(Work(EXCEPTIONS, work.namespace, ""))
        await self._gateway.write_status(schedule, planner.status(schedule, children, planned, problem, now), now)
        self._cache.forget_messages(_recorded(children))
        if planned.recheck is not None:
            self.queue.add_after(work, max(1.0, (planned.recheck - now).total_seconds()))
        if problem is not None and problem.transient:
            raise ReconciliationError(problem.message)

    def _count_finished(self, planned: planner.Plan) -> None:
        """Count the runs that now say that they are over: what could not be written is planned, and counted, again."""
        for change in planned.run_changes:
            written = self._cache.runs.get(change.run.key)
            if written is not None and written.status.finished and not change.run.status.finished:
                self._metrics.count_run(written, written.status)

    async def _reconcile_exceptions(self, namespace: str) -> None:
        now = self._clock()
        schedules = [schedule for schedule in self._cache.schedules if schedule.namespace == namespace]
        told = exception_status.told(schedules, [run for run in self._cache.runs if run.namespace == namespace])
        changes: list[datetime] = []
        for exception in self._cache.exceptions.group(namespace, ""):
            await self._gateway.write_status(exception, exception_status.status(exception, told, now), now)
            later = exception_status.changes_at(exception, now)
            if later is not None:
                changes.append(later)
        if changes:
            soonest = max(1.0, (min(changes) - now).total_seconds())
            self.queue.add_after(Work(EXCEPTIONS, namespace, ""), min(soonest, 86400.0))


def _over(children: Children) -> frozenset[str]:
    """The names of the runs that are over: the exceptions count what those matched."""
    return frozenset(run.name for run in children.runs if run.status.finished)


def _recorded(children: Children) -> list[Pod]:
    """The pods of runs that are over: what they said is in the run's status."""
    over = {run.status.job_name for run in children.runs if run.status.finished}
    jobs = {job.uid for job in children.jobs if job.name in over}
    return [pod for pod in children.pods if pod.job_uid in jobs]
