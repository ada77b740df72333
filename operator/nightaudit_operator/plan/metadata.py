"""Labels and owners of what the operator makes."""

from __future__ import annotations

from nightaudit_operator.api import names
from nightaudit_operator.api.objects import CronJob, Schedule

Json = dict[str, object]


def labels(schedule: str) -> dict[str, str]:
    """On every child: what the operator's watches select by, and whose it is."""
    return {
        names.LABEL_NAME: names.AUDITOR,
        names.LABEL_MANAGED_BY: names.MANAGER,
        names.LABEL_SCHEDULE: schedule,
    }


def owned_by_schedule(schedule: Schedule) -> list[Json]:
    """blockOwnerDeletion stays false: true needs the permission to set finalizers on the schedule."""
    return [_owner(names.API_VERSION, "AuditSchedule", schedule.name, schedule.uid, block=False)]


def owned_by_cron_job(cron_job: CronJob) -> list[Json]:
    """As `kubectl create job --from=cronjob/x` does, so that the CronJob's history limits clean it up."""
    return [_owner("batch/v1", "CronJob", cron_job.name, cron_job.uid, block=False)]


def _owner(api_version: str, kind: str, name: str, uid: str, *, block: bool) -> Json:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name,
        "uid": uid,
        "controller": True,
        "blockOwnerDeletion": block,
    }
