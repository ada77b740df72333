"""The status of an AuditSchedule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import Condition, Status, find, format_time, parse_time, settle
from nightaudit_operator.api.manifests import LastRun, ScheduleSpec, ScheduleStatus
from nightaudit_operator.api.objects import Children, Run, Schedule
from nightaudit_operator.plan import recognition, times
from nightaudit_operator.plan.run import own_jobs, recorded_jobs

_MOST_MISSED = 1000
MISSED_RUNS_ARE_STALE = 2
# What people have to mend; everything else is tried again and may mend itself.
_TRANSIENT = {reasons.APPLY_FAILED}


class Problem(msgspec.Struct, frozen=True):
    """Why the schedule's children are not what they should be."""

    reason: str
    message: str

    @property
    def transient(self) -> bool:
        return self.reason in _TRANSIENT


class Lateness(msgspec.Struct, frozen=True):
    """How many due times have passed, deadline included, without a success; and the condition that follows."""

    missed: int
    condition: Condition


def status(
    schedule: Schedule,
    children: Children,
    *,
    problem: Problem | None,
    config_map: str,
    active_exceptions: int | None,
    now: datetime,
) -> ScheduleStatus:
    """`config_map` is the one that the CronJob names, or empty; `active_exceptions` is None when unknown."""
    spec, before = schedule.spec, schedule.status
    successful = _latest([before.last_successful_time, *(r.status.completion_time for r in _successes(children.runs))])
    triggered = _latest([before.last_schedule_time, children.cron_job.last_schedule_time if children.cron_job else ""])
    lateness = (
        late(schedule, spec, successful, now, recording=recording(schedule, children)) if spec is not None else None
    )
    due = times.next_due(spec.schedule, spec.time_zone, now) if spec is not None and not spec.suspend else None
    conditions = _readiness(spec, problem, due)
    if lateness is not None:
        conditions.append(lateness.condition)
    if spec is not None:
        conditions.append(recognition.condition(recognition.of_schedule(spec)))
    return ScheduleStatus(
        observed_generation=schedule.generation,
        conditions=settle(conditions, before.conditions, schedule.generation, now),
        cron_job_name=children.cron_job.name if children.cron_job else (schedule.name if problem is None else ""),
        config_map_name=config_map,
        active_exceptions=active_exceptions,
        last_schedule_time=triggered,
        last_successful_time=successful,
        next_schedule_time=format_time(due) if due is not None and problem is None else "",
        missed_runs=lateness.missed if lateness is not None else None,
        last_run=_last_run(children.runs) or before.last_run,
    )


def late(schedule: Schedule, spec: ScheduleSpec, successful: str, now: datetime, *, recording: bool) -> Lateness | None:
    """Whether runs are missing: stale is when two consecutive due times, plus the run deadline, passed without a success.

    Counted from the last success, from creation, and from the moment at which the schedule was resumed or changed: that
    moment is when the condition became False. The message names the times that it was judged by: so a change is noticed
    however the operator was interrupted. While runs are being recorded nothing is called stale: after a night without the
    operator the successes are all there, in Jobs. None if the expression cannot be read; the API server then refuses it too.
    """
    before = find(schedule.status.conditions, reasons.STALE)
    by = f"({spec.schedule}, {spec.time_zone})"
    if spec.suspend:
        return Lateness(0, _stale("Unknown", reasons.SUSPENDED, f"the schedule is suspended {by}"))
    if before is not None and by not in before.message:
        return Lateness(0, _stale("Unknown", reasons.SCHEDULE_CHANGED, f"the schedule has changed {by}"))
    succeeded = parse_time(successful)
    since = max(moment for moment in (schedule.created, succeeded) if moment is not None)
    if before is not None and before.since is not None:
        if before.status == "False":
            since = max(since, before.since)
        elif before.status == "Unknown":
            since = max(since, now)
    overdue = now - timedelta(seconds=spec.run_deadline_seconds)
    try:
        missed = _count(times.due_times(spec.schedule, spec.time_zone, since), overdue)
    except ValueError:
        return None
    if missed >= MISSED_RUNS_ARE_STALE and not recording:
        last = f"the last success was at {successful}" if successful else "none has succeeded yet"
        message = f"two due runs in a row or more have not succeeded in time {by}; {last}"
        return Lateness(missed, _stale("True", reasons.MISSED_RUNS, message))
    return Lateness(missed, _stale("False", reasons.ON_TIME, f"runs succeed when they are due {by}"))


def recording(schedule: Schedule, children: Children) -> bool:
    """Whether a Job has ended whose run does not say so yet."""
    recorded = recorded_jobs(children)
    own = own_jobs(schedule, children)
    return any(job.finished and not job.deleting and job.name not in recorded for job in own)


def _readiness(spec: ScheduleSpec | None, problem: Problem | None, due: datetime | None) -> list[Condition]:
    if problem is not None:
        kind = reasons.RECONCILING if problem.transient else reasons.STALLED
        return [
            Condition(type=reasons.READY, status="False", reason=problem.reason, message=problem.message),
            Condition(type=kind, status="True", reason=problem.reason, message=problem.message),
        ]
    if spec is not None and spec.suspend:
        return [
            Condition(
                type=reasons.READY,
                status="True",
                reason=reasons.SUSPENDED,
                message="suspended: no run starts by itself",
            )
        ]
    # The next run is status.nextScheduleTime: a message that changed at every run would rewrite the condition for nothing.
    message = "the CronJob is up to date" if due is not None else "the CronJob is up to date; no run is ever due"
    return [Condition(type=reasons.READY, status="True", reason=reasons.SCHEDULED, message=message)]


def _stale(state: Status, reason: str, message: str) -> Condition:
    return Condition(type=reasons.STALE, status=state, reason=reason, message=message)


def _count(due: Iterable[datetime], until: datetime) -> int:
    count = 0
    for moment in due:
        if moment > until or count >= _MOST_MISSED:
            break
        count += 1
    return count


def _successes(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if run.status.result in {"Clean", "Findings", "Partial"}]


def _latest(texts: Sequence[str]) -> str:
    moments = [moment for text in texts if (moment := parse_time(text)) is not None]
    return format_time(max(moments)) if moments else ""


def _last_run(runs: Iterable[Run]) -> LastRun | None:
    """The run that finished last."""
    finished = [run for run in runs if run.status.finished]
    if not finished:
        return None
    last = max(finished, key=lambda run: (run.status.completion_time, run.created, run.name))
    findings = last.status.findings
    return LastRun(
        name=last.name,
        result=last.status.result or "Error",
        completion_time=last.status.completion_time,
        critical=findings.critical if findings else None,
        high=findings.high if findings else None,
        new=last.status.new,
    )
