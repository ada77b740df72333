"""Which AuditRuns should exist: one for every Job of a schedule, pruned by the history limits."""

from __future__ import annotations

from collections.abc import Iterable

from nightaudit_operator.api import names
from nightaudit_operator.api.manifests import ScheduleSpec
from nightaudit_operator.api.objects import Children, Job, Run, Schedule
from nightaudit_operator.plan.metadata import Json, owned_by_schedule


def job_name(run: Run, jobs: Iterable[Job]) -> str:
    """The Job of this run; empty while a user's run has none. The status may lag behind: the label on the Job decides."""
    if run.controller:
        return run.name
    labelled = next((job.name for job in jobs if job.run_uid == run.uid), "")
    return run.status.job_name or labelled


def recorded_jobs(children: Children) -> set[str]:
    """The Jobs whose run is over and says so."""
    return {run.status.job_name or run.name for run in children.runs if run.status.finished}


def own_jobs(schedule: Schedule, children: Children) -> tuple[Job, ...]:
    """The Jobs that are runs of this schedule. A label is not enough: anybody's Job may carry it, and so may one of a
    schedule of the same name that is gone."""
    owner = children.cron_job
    if owner is None or owner.controller != schedule.uid:
        return ()
    return tuple(j for j in children.jobs if not j.notify and owner.uid in j.owners)


def started_by_hand(schedule: Schedule, children: Children) -> bool:
    """Whether a run is under way that the CronJob controller did not start, and so does not know of."""
    return any(j.manual and not j.finished for j in own_jobs(schedule, children))


def unrecorded(schedule: Schedule, children: Children) -> tuple[Job, ...]:
    """The Jobs that need an AuditRun. What a user's run started has one, even after the user has deleted it; and a Job that
    is being deleted is no news."""
    known = {run.name for run in children.runs if run.controller == schedule.uid}
    return tuple(j for j in own_jobs(schedule, children) if not j.run_uid and not j.deleting and j.name not in known)


def manifest(schedule: Schedule, job: Job) -> Json:
    """The AuditRun of a Job, whoever started it. It copies neither labels nor annotations of the schedule: GitOps tools
    would take it for theirs."""
    spec: Json = {"scheduleName": schedule.name, "trigger": "Manual" if job.manual else "Scheduled"}
    if not job.manual and job.scheduled_time:
        spec["scheduledTime"] = job.scheduled_time
    return {
        "apiVersion": names.API_VERSION,
        "kind": "AuditRun",
        "metadata": {
            "name": job.name,
            "namespace": schedule.namespace,
            "labels": {names.LABEL_SCHEDULE: schedule.name},
            "ownerReferences": owned_by_schedule(schedule),
        },
        "spec": spec,
    }


def prunable(schedule: Schedule, spec: ScheduleSpec, children: Children) -> tuple[Run, ...]:
    """The operator's own finished runs beyond the limits, oldest first; a run whose Job is still there would come back."""
    jobs = {job.name for job in children.jobs}
    own = [run for run in children.runs if run.controller == schedule.uid and run.status.finished]
    own.sort(key=lambda run: (run.created, run.name), reverse=True)
    failed = [run for run in own if run.status.result == "Error"]
    succeeded = [run for run in own if run.status.result != "Error"]
    beyond = failed[spec.failed_runs_history_limit :] + succeeded[spec.successful_runs_history_limit :]
    return tuple(sorted((r for r in beyond if r.name not in jobs), key=lambda run: (run.created, run.name)))
