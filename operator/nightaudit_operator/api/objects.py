"""What the operator remembers of each object: small extracts, made once when the object is seen."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from nightaudit_operator.api.manifests import (
    ExceptionSpec,
    ExceptionStatus,
    RunSpec,
    RunStatus,
    ScheduleSpec,
    ScheduleStatus,
)


class Key(NamedTuple):
    """An object of a kind that is known from the context."""

    namespace: str
    name: str


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What every extract has. `controller` is the UID of the owner that controls the object, or empty."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    created: datetime
    generation: int = 0
    controller: str = ""

    @property
    def key(self) -> Key:
        return Key(self.namespace, self.name)


class Schedule(Identity, frozen=True, kw_only=True):
    """`spec` is None when it could not be read, and `invalid` then says why. `document` is schedule.json."""

    spec: ScheduleSpec | None
    invalid: str
    status: ScheduleStatus
    document: bytes


class AuditException(Identity, frozen=True, kw_only=True):
    """`spec` is None when it could not be read, and `invalid` then says why. `document` is its part of exceptions.json.gz."""

    labels: dict[str, str]
    spec: ExceptionSpec | None
    invalid: str
    status: ExceptionStatus
    document: bytes


class Run(Identity, frozen=True, kw_only=True):
    spec: RunSpec
    status: RunStatus


class CronJob(Identity, frozen=True, kw_only=True):
    """`foreign` names the field managers, other than the operator, that own a field in spec."""

    schedule: str
    time_zone: str
    config_map: str
    last_schedule_time: str
    suspend: bool = False
    foreign: tuple[str, ...] = ()


class ConfigMap(Identity, frozen=True, kw_only=True):
    """`digest` is over the whole content, as in the name; `exceptions_digest` is the SHA-256 of exceptions.json.gz, whose
    items' names are `exceptions`, in their order."""

    schedule: str
    digest: str
    exceptions_digest: str
    exceptions: tuple[str, ...]


class Job(Identity, frozen=True, kw_only=True):
    """`finished` is empty, `Complete` or `Failed`; `manual` says that a person or Argo CD started it from the CronJob.

    `owners` are the UIDs of all owners: Argo CD makes the CronJob an owner without saying that it controls the Job.
    """

    schedule: str
    owners: tuple[str, ...] = ()
    deleting: bool = False
    run_uid: str = ""
    notify: bool = False
    announces: str = ""
    manual: bool = False
    scheduled_time: str = ""
    config_map: str = ""
    finished: str = ""
    reason: str = ""
    message: str = ""
    finish_time: str = ""
    pods: int = 0


class Pod(Identity, frozen=True, kw_only=True):
    """The auditor's pod. `message` is its termination message; `started` and `ended` are the container's times."""

    schedule: str
    job_uid: str
    phase: str = ""
    reason: str = ""
    status_message: str = ""
    disrupted: bool = False
    unschedulable: str = ""
    waiting: str = ""
    waiting_message: str = ""
    ran: bool = False
    terminated: bool = False
    terminated_reason: str = ""
    exit_code: int = 0
    message: str = ""
    started: str = ""
    ended: str = ""


class Children(msgspec.Struct, frozen=True, kw_only=True):
    """All that carries the schedule's name, whoever owns it."""

    cron_job: CronJob | None = None
    config_maps: tuple[ConfigMap, ...] = ()
    jobs: tuple[Job, ...] = ()
    pods: tuple[Pod, ...] = ()
    runs: tuple[Run, ...] = ()
