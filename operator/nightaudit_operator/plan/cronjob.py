"""The CronJob that starts a schedule's runs."""

from __future__ import annotations

from nightaudit_operator.api.config import Config
from nightaudit_operator.api.manifests import ScheduleSpec
from nightaudit_operator.api.objects import Schedule
from nightaudit_operator.plan import pod
from nightaudit_operator.plan.metadata import Json, labels, owned_by_schedule

_KEPT_JOBS = 3
"""Finished Jobs that the CronJob keeps at most, however many runs are kept: enough to read the logs of the last nights."""


def manifest(config: Config, schedule: Schedule, spec: ScheduleSpec, config_map: str, *, held: bool = False) -> Json:
    """`held`: suspended for as long as another run is under way, whatever the spec says."""
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {
            "name": schedule.name,
            "namespace": schedule.namespace,
            "labels": labels(schedule.name),
            "ownerReferences": owned_by_schedule(schedule),
        },
        "spec": {
            "schedule": spec.schedule,
            "timeZone": spec.time_zone,
            "suspend": spec.suspend or held,
            "startingDeadlineSeconds": spec.starting_deadline_seconds,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": min(_KEPT_JOBS, spec.successful_runs_history_limit),
            "failedJobsHistoryLimit": min(_KEPT_JOBS, spec.failed_runs_history_limit),
            "jobTemplate": job_template(config, schedule, spec, config_map),
        },
    }


def job_template(config: Config, schedule: Schedule, spec: ScheduleSpec, config_map: str) -> Json:
    """A JobTemplateSpec: one pod, never retried, but started again when its node is drained.

    The deadline is the pod's: a Job's own would delete the pod, and its termination message with it.
    """
    return {
        "metadata": {"labels": labels(schedule.name)},
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 0,
            "podReplacementPolicy": "Failed",
            "podFailurePolicy": {
                "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
            },
            "template": pod.template(config, schedule.name, spec, config_map),
        },
    }
