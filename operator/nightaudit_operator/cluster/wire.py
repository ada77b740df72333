"""The objects as they come over the wire, before they are made small."""

from __future__ import annotations

import msgspec

from nightaudit_operator.api.manifests import ManagedFields, Meta, Read, RunSpec, RunStatus


class Condition(Read, frozen=True, kw_only=True, rename="camel"):
    """A condition of a Job or a Pod."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: str | None = None


class FullMeta(Meta, frozen=True, kw_only=True, rename="camel"):
    managed_fields: tuple[ManagedFields, ...] = ()


class Anything(Read, frozen=True, kw_only=True, rename="camel"):
    """Any object."""

    metadata: Meta


class Custom(Read, frozen=True, kw_only=True, rename="camel"):
    """An AuditSchedule or AuditException: spec and status are read apart, so that a bad one can be reported."""

    metadata: Meta
    spec: msgspec.Raw = msgspec.Raw(b"{}")
    status: msgspec.Raw = msgspec.Raw(b"{}")


class Run(Read, frozen=True, kw_only=True, rename="camel"):
    metadata: Meta
    spec: RunSpec
    status: RunStatus = RunStatus()


class NamedReference(Read, frozen=True, kw_only=True, rename="camel"):
    name: str = ""


class Volume(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    config_map: NamedReference | None = None


class PodSpec(Read, frozen=True, kw_only=True, rename="camel"):
    volumes: tuple[Volume, ...] = ()


class PodTemplate(Read, frozen=True, kw_only=True, rename="camel"):
    spec: PodSpec = PodSpec()


class JobSpec(Read, frozen=True, kw_only=True, rename="camel"):
    template: PodTemplate = PodTemplate()


class JobStatus(Read, frozen=True, kw_only=True, rename="camel"):
    conditions: tuple[Condition, ...] = ()
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    completion_time: str | None = None


class Job(Read, frozen=True, kw_only=True, rename="camel"):
    metadata: Meta
    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplate(Read, frozen=True, kw_only=True, rename="camel"):
    spec: JobSpec = JobSpec()


class CronJobSpec(Read, frozen=True, kw_only=True, rename="camel"):
    schedule: str = ""
    time_zone: str | None = None
    suspend: bool = False
    job_template: JobTemplate = JobTemplate()


class CronJobStatus(Read, frozen=True, kw_only=True, rename="camel"):
    last_schedule_time: str | None = None


class CronJob(Read, frozen=True, kw_only=True, rename="camel"):
    metadata: FullMeta
    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()


class ConfigMap(Read, frozen=True, kw_only=True, rename="camel"):
    metadata: Meta
    data: dict[str, str] = msgspec.field(default_factory=dict)
    binary_data: dict[str, bytes] = msgspec.field(default_factory=dict)


class Waiting(Read, frozen=True, kw_only=True, rename="camel"):
    reason: str = ""
    message: str = ""


class Running(Read, frozen=True, kw_only=True, rename="camel"):
    started_at: str | None = None


class Terminated(Read, frozen=True, kw_only=True, rename="camel"):
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    started_at: str | None = None
    finished_at: str | None = None


class ContainerState(Read, frozen=True, kw_only=True, rename="camel"):
    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    state: ContainerState = ContainerState()


class PodStatus(Read, frozen=True, kw_only=True, rename="camel"):
    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Read, frozen=True, kw_only=True, rename="camel"):
    metadata: Meta
    status: PodStatus = PodStatus()
