"""Jobs that the operator makes itself: for the runs that users ask for, and to announce runs that died."""

from __future__ import annotations

from nightaudit_operator.api import names
from nightaudit_operator.api.config import Config
from nightaudit_operator.api.manifests import ScheduleSpec
from nightaudit_operator.api.objects import CronJob, Run, Schedule
from nightaudit_operator.plan import cronjob, pod
from nightaudit_operator.plan.metadata import Json, labels, owned_by_cron_job, owned_by_schedule

_NOTIFY_DEADLINE_SECONDS = 600
_NOTIFY_KEPT_SECONDS = 3600
_MESSAGE_CHARACTERS = 1000
# Exit status 2 is a configuration that cannot work: another try would fail alike.
_NEVER_AGAIN: Json = {
    "action": "FailJob",
    "onExitCodes": {"containerName": names.CONTAINER, "operator": "In", "values": [2]},
}


def user_job_name(run: Run) -> str:
    """At most 52 + 1 + 8 characters: a DNS label. The run's UID makes it the same after every restart."""
    return f"{run.spec.schedule_name}-{run.uid.replace('-', '')[:8]}"


def user_job(
    config: Config, schedule: Schedule, spec: ScheduleSpec, cron_job: CronJob, config_map: str, run: Run
) -> Json:
    """The Job of a run that a user asked for, made from the CronJob's template as `kubectl create job --from` does."""
    template = cronjob.job_template(config, schedule, spec, config_map)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": user_job_name(run),
            "namespace": schedule.namespace,
            "labels": {**labels(schedule.name), names.LABEL_RUN_UID: run.uid},
            "annotations": {names.INSTANTIATE: "manual"},
            "ownerReferences": owned_by_cron_job(cron_job),
        },
        "spec": template["spec"],
    }


def notify_job_name(job_uid: str) -> str:
    return f"{job_uid}-notify"


def notify_job(
    config: Config,
    schedule: Schedule,
    spec: ScheduleSpec,
    config_map: str,
    run: Run,
    job_uid: str,
    reason: str,
    message: str,
) -> Json:
    """The Job that tells people of a run that died before it could speak.

    The schedule owns it, not the CronJob: it must not count in the CronJob's history.
    """
    arguments = ["--run", run.name, "--reason", reason, "--message", message[:_MESSAGE_CHARACTERS]]
    purpose = {names.LABEL_PURPOSE: names.PURPOSE_NOTIFY}
    marked = labels(schedule.name) | purpose
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": notify_job_name(job_uid),
            "namespace": schedule.namespace,
            "labels": marked,
            "annotations": {names.ANNOUNCES: run.name},
            "ownerReferences": owned_by_schedule(schedule),
        },
        "spec": {
            "backoffLimit": 2,
            "podFailurePolicy": {"rules": [_NEVER_AGAIN]},
            "activeDeadlineSeconds": _NOTIFY_DEADLINE_SECONDS,
            "ttlSecondsAfterFinished": _NOTIFY_KEPT_SECONDS,
            "template": pod.template(
                config, schedule.name, spec, config_map, arguments=arguments, deadline=False, extra_labels=purpose
            ),
        },
    }
