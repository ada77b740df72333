"""What should exist for one schedule name, and what its statuses should say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import find
from nightaudit_operator.api.config import Config
from nightaudit_operator.api.manifests import RunStatus, ScheduleSpec, ScheduleStatus
from nightaudit_operator.api.objects import AuditException, Children, ConfigMap, Job, Run, Schedule
from nightaudit_operator.plan import (
    configmap,
    cronjob,
    death,
    exception_status,
    job,
    run,
    run_status,
    schedule_status,
    times,
)
from nightaudit_operator.plan.metadata import Json
from nightaudit_operator.plan.schedule_status import Problem
from nightaudit_operator.plan.selection import select


class UserJob(msgspec.Struct, frozen=True):
    """The Job that a user's run asks for."""

    run: Run
    manifest: Json


class RunChange(msgspec.Struct, frozen=True, kw_only=True):
    """A status that differs from the run's. Before it is written, `notify` is created, and `absent_job` must be absent."""

    run: Run
    status: RunStatus
    notify: Json | None = None
    absent_job: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """In the order in which it is carried out. With a `problem`, ConfigMap and CronJob stay as they are, but for `suspend`.

    `suspend` is the schedule's own, or that a run is under way that was not started by the CronJob controller: the
    controller's `Forbid` does not see that one. The CronJob is suspended before a user's Job is created, too.
    """

    problem: Problem | None = None
    suspend: bool | None = None
    config_map: Json | None = None
    config_map_name: str = ""
    cron_job: Json | None = None
    new_runs: tuple[Json, ...] = ()
    user_jobs: tuple[UserJob, ...] = ()
    run_changes: tuple[RunChange, ...] = ()
    unused_config_maps: tuple[ConfigMap, ...] = ()
    old_runs: tuple[Run, ...] = ()
    active_exceptions: int | None = None
    recheck: datetime | None = None


def plan(
    config: Config, schedule: Schedule | None, exceptions: Sequence[AuditException], children: Children, now: datetime
) -> Plan:
    """Pure: the same objects give the same plan, in whatever order they were seen, and however often."""
    if schedule is None or schedule.spec is None:
        problem = Problem(reasons.INVALID_SCHEDULE, schedule.invalid) if schedule is not None else None
        changes, recheck = _run_changes(config, schedule, children, "", {}, now)
        return Plan(problem=problem, run_changes=changes, recheck=recheck)
    spec = schedule.spec
    selected = select(spec.exception_selector, exceptions)
    active = sum(not exception_status.expired(exception, now) for exception in selected)
    common = Plan(
        new_runs=tuple(run.manifest(schedule, j) for j in sorted(run.unrecorded(schedule, children), key=_age)),
        old_runs=run.prunable(schedule, spec, children),
        active_exceptions=active,
        suspend=spec.suspend or run.started_by_hand(schedule, children),
    )
    try:
        files = configmap.documents(schedule, selected)
    except configmap.TooManyExceptionsError as error:
        named = children.cron_job.config_map if children.cron_job is not None else ""
        changes, recheck = _run_changes(config, schedule, children, named, {}, now)
        problem = Problem(reasons.TOO_MANY_EXCEPTIONS, str(error))
        return msgspec.structs.replace(
            common,
            problem=problem,
            config_map_name=named,
            run_changes=changes,
            recheck=_earliest(recheck, _due(spec, now)),
        )
    name = configmap.name(schedule, files)
    user_jobs = _user_jobs(config, schedule, spec, children, name)
    changes, recheck = _run_changes(config, schedule, children, name, {j.run.uid: j for j in user_jobs}, now)
    return msgspec.structs.replace(
        common,
        config_map=configmap.manifest(schedule, files),
        config_map_name=name,
        cron_job=cronjob.manifest(config, schedule, spec, name, held=bool(common.suspend) or _starts(user_jobs)),
        user_jobs=user_jobs,
        run_changes=changes,
        unused_config_maps=configmap.unused(schedule, children, name),
        recheck=_earliest(recheck, _due(spec, now)),
    )


def status(
    schedule: Schedule, children: Children, planned: Plan, problem: Problem | None, now: datetime
) -> ScheduleStatus:
    """The schedule's status after the plan was carried out; `problem` is what stood in the way."""
    return schedule_status.status(
        schedule,
        children,
        problem=problem or _never_due(schedule, now),
        config_map=planned.config_map_name,
        active_exceptions=planned.active_exceptions,
        now=now,
    )


def _user_jobs(
    config: Config, schedule: Schedule, spec: ScheduleSpec, children: Children, config_map: str
) -> tuple[UserJob, ...]:
    """At most one at a time, the oldest first, and none while a Job of the schedule is active."""
    owner = children.cron_job
    if owner is None or owner.controller != schedule.uid:
        return ()
    if any(not j.finished and not j.notify for j in children.jobs):
        return ()
    waiting = [
        r for r in children.runs if not r.controller and not r.status.finished and not run.job_name(r, children.jobs)
    ]
    first = min(waiting, key=_age, default=None)
    if first is None:
        return ()
    return (UserJob(first, job.user_job(config, schedule, spec, owner, config_map, first)),)


def _starts(orders: Sequence[UserJob]) -> bool:
    """Whether a Job is about to be created. One that was refused last time is tried again, but keeps no other from starting."""
    before = [find(order.run.status.conditions, reasons.SUCCEEDED) for order in orders]
    return any(told is None or told.reason not in {reasons.NAME_CONFLICT, reasons.FORBIDDEN} for told in before)


def _run_changes(
    config: Config,
    schedule: Schedule | None,
    children: Children,
    config_map: str,
    starting: dict[str, UserJob],
    now: datetime,
) -> tuple[tuple[RunChange, ...], datetime | None]:
    """`config_map` is the schedule's present one."""
    changes: list[RunChange] = []
    recheck: datetime | None = None
    for item in sorted(children.runs, key=_age):
        if item.controller and (schedule is None or item.controller != schedule.uid):
            continue  # of a schedule that is gone: the garbage collector is on its way
        change, later = _run_change(config, schedule, children, config_map, item, starting, now)
        recheck = _earliest(recheck, later)
        if change is not None and change.status != item.status:
            changes.append(change)
    return tuple(changes), recheck


def _run_change(
    config: Config,
    schedule: Schedule | None,
    children: Children,
    config_map: str,
    item: Run,
    starting: dict[str, UserJob],
    now: datetime,
) -> tuple[RunChange | None, datetime | None]:
    if item.status.finished:
        notify = next((j for j in children.jobs if j.notify and j.announces == item.name), None)
        told = run_status.announced(item, notify, now)
        return (RunChange(run=item, status=told) if told is not None else None), None
    name = run.job_name(item, children.jobs)
    if not name:
        problem = _why_waiting(schedule, children, item, starting)
        return RunChange(run=item, status=run_status.waiting(item, problem, now)), None
    found = next((j for j in children.jobs if j.name == name), None)
    if found is None:
        seen = run_status.lost(item, name, now)
        return RunChange(run=item, status=seen.status, absent_job=seen.absent_job), None
    spec = schedule.spec if schedule is not None else None
    audible = spec is not None and bool(spec.notifications or spec.errors)
    link = run_status.Link(config.report_url_template, spec.storage.s3.region if spec is not None else "")
    seen = run_status.observe(item, found, children.pods, children.config_maps, link, audible=audible, now=now)
    notify_manifest = None
    if seen.died is not None and schedule is not None and spec is not None:
        # What the dead run mounted says best whom to tell; but a pod whose ConfigMap is gone never starts.
        mounted = found.config_map if any(c.name == found.config_map for c in children.config_maps) else config_map
        notify_manifest = job.notify_job(
            config, schedule, spec, mounted, item, found.uid, seen.died.reason, seen.died.message
        )
    return RunChange(run=item, status=seen.status, notify=notify_manifest), seen.recheck


def _why_waiting(
    schedule: Schedule | None, children: Children, item: Run, starting: dict[str, UserJob]
) -> death.Problem:
    if schedule is None:
        return death.Problem(
            reasons.SCHEDULE_NOT_FOUND,
            f"there is no AuditSchedule {item.spec.schedule_name} in this namespace: the run starts when there is",
        )
    if item.uid in starting:
        return death.Problem(reasons.PENDING, "the run's Job is being created")
    active = min((j for j in children.jobs if not j.finished and not j.notify), key=_age, default=None)
    if active is not None:
        return death.Problem(
            reasons.WAITING_FOR_RUN, f"waiting for Job {active.name}: runs of a schedule never overlap"
        )
    if children.cron_job is None or schedule.spec is None or not starting:
        return run_status.not_ready(schedule.name)
    return death.Problem(reasons.WAITING_FOR_RUN, "waiting for an earlier AuditRun: runs of a schedule never overlap")


def _never_due(schedule: Schedule, now: datetime) -> Problem | None:
    """Kubernetes accepts an expression such as 30 February, and then nothing ever happens."""
    spec = schedule.spec
    if spec is None or spec.suspend:
        return None
    try:
        first = next(times.due_times(spec.schedule, spec.time_zone, now), None)
    except ValueError as error:
        # Also what Kubernetes refuses; then its own words are in `problem` already.
        return Problem(reasons.INVALID_SCHEDULE, f"spec.schedule: {error}")
    if first is not None:
        return None
    return Problem(reasons.INVALID_SCHEDULE, f"spec.schedule {spec.schedule!r} is never due: name a day that exists")


def _due(spec: ScheduleSpec, now: datetime) -> datetime | None:
    return None if spec.suspend else times.next_due(spec.schedule, spec.time_zone, now)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _age(item: Run | Job) -> tuple[datetime, str]:
    return (item.created, item.name)
