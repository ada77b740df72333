"""From the wire to small extracts: what is kept of an object is decided here, once, when it is seen."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypedDict, TypeVar

import msgspec

from nightaudit_operator.api import names, objects
from nightaudit_operator.api.conditions import parse_time
from nightaudit_operator.api.manifests import ExceptionSpec, ExceptionStatus, Meta, ScheduleSpec, ScheduleStatus
from nightaudit_operator.cluster import wire
from nightaudit_operator.plan.configmap import content_digest

_MOST_UNPACKED_BYTES = 64 * 1024 * 1024
_Spec = TypeVar("_Spec", ScheduleSpec, ExceptionSpec)
_State = TypeVar("_State", ScheduleStatus, ExceptionStatus)
_EPOCH = datetime.fromtimestamp(0, UTC)


class _Identity(TypedDict):
    namespace: str
    name: str
    uid: str
    resource_version: str
    created: datetime
    generation: int
    controller: str


class _Named(msgspec.Struct, frozen=True):
    name: str


class _Listed(msgspec.Struct, frozen=True):
    metadata: _Named


def schedule(raw: bytes) -> objects.Schedule:
    seen = msgspec.json.decode(raw, type=wire.Custom)
    spec, invalid = _decode(seen.spec, ScheduleSpec)
    metadata = {**_document_metadata(seen.metadata), "uid": seen.metadata.uid, "generation": seen.metadata.generation}
    return objects.Schedule(
        **_identity(seen.metadata),
        spec=spec,
        invalid=invalid,
        status=_status(seen.status, ScheduleStatus),
        document=_document("AuditSchedule", metadata, seen.spec),
    )


def exception(raw: bytes) -> objects.AuditException:
    seen = msgspec.json.decode(raw, type=wire.Custom)
    spec, invalid = _decode(seen.spec, ExceptionSpec)
    return objects.AuditException(
        **_identity(seen.metadata),
        labels=seen.metadata.labels,
        spec=spec,
        invalid=invalid,
        status=_status(seen.status, ExceptionStatus),
        document=_document("AuditException", _document_metadata(seen.metadata), seen.spec),
    )


def run(raw: bytes) -> objects.Run:
    seen = msgspec.json.decode(raw, type=wire.Run)
    return objects.Run(**_identity(seen.metadata), spec=seen.spec, status=seen.status)


def cron_job(raw: bytes) -> objects.CronJob:
    seen = msgspec.json.decode(raw, type=wire.CronJob)
    # A status is nobody's spec, and metadata carries nothing that runs.
    foreign = {
        entry.manager
        for entry in seen.metadata.managed_fields
        if entry.manager != names.MANAGER and not entry.subresource and "f:spec" in entry.fields
    }
    return objects.CronJob(
        **_identity(seen.metadata),
        schedule=seen.spec.schedule,
        time_zone=seen.spec.time_zone or "",
        config_map=_config_map_of(seen.spec.job_template.spec),
        last_schedule_time=seen.status.last_schedule_time or "",
        suspend=seen.spec.suspend,
        foreign=tuple(sorted(foreign)),
    )


def config_map(raw: bytes) -> objects.ConfigMap:
    """A ConfigMap that is not of the operator's making gives an extract too, without exceptions."""
    seen = msgspec.json.decode(raw, type=wire.ConfigMap)
    document = seen.data.get(names.SCHEDULE_FILE, "").encode()
    packed = seen.binary_data.get(names.EXCEPTIONS_FILE, b"")
    return objects.ConfigMap(
        **_identity(seen.metadata),
        schedule=seen.metadata.labels.get(names.LABEL_SCHEDULE, ""),
        digest=content_digest(document, packed),
        exceptions_digest=hashlib.sha256(packed).hexdigest(),
        exceptions=_listed_names(packed),
    )


def job(raw: bytes) -> objects.Job:
    seen = msgspec.json.decode(raw, type=wire.Job)
    labels, notes, status = seen.metadata.labels, seen.metadata.annotations, seen.status
    ended = next((c for c in status.conditions if c.status == "True" and c.type in {"Complete", "Failed"}), None)
    scheduled = notes.get(names.SCHEDULED_TIMESTAMP, "")
    return objects.Job(
        **_identity(seen.metadata),
        schedule=labels.get(names.LABEL_SCHEDULE, ""),
        owners=tuple(owner.uid for owner in seen.metadata.owner_references),
        deleting=seen.metadata.deletion_timestamp is not None,
        run_uid=labels.get(names.LABEL_RUN_UID, ""),
        notify=labels.get(names.LABEL_PURPOSE) == names.PURPOSE_NOTIFY,
        announces=notes.get(names.ANNOUNCES, ""),
        # A Job that neither the CronJob controller nor `kubectl create job --from` marked was made by hand.
        manual=notes.get(names.INSTANTIATE) == "manual" or not scheduled,
        scheduled_time=scheduled,
        config_map=_config_map_of(seen.spec),
        finished=ended.type if ended else "",
        reason=ended.reason if ended else "",
        message=ended.message if ended else "",
        finish_time=(status.completion_time or ended.last_transition_time or "") if ended else "",
        pods=status.active + status.succeeded + status.failed,
    )


def pod(raw: bytes) -> objects.Pod:
    seen = msgspec.json.decode(raw, type=wire.Pod)
    status = seen.status
    disrupted = any(c.type == "DisruptionTarget" and c.status == "True" for c in status.conditions)
    unscheduled = (c for c in status.conditions if c.type == "PodScheduled" and c.status == "False")
    state = next((c.state for c in status.container_statuses if c.name == names.CONTAINER), wire.ContainerState())
    ended = state.terminated
    return objects.Pod(
        **_identity(seen.metadata),
        schedule=seen.metadata.labels.get(names.LABEL_SCHEDULE, ""),
        job_uid=_controller(seen.metadata),
        phase=status.phase,
        reason=status.reason,
        status_message=status.message,
        disrupted=disrupted,
        unschedulable=next((f"{c.reason}: {c.message}" for c in unscheduled), ""),
        waiting=state.waiting.reason if state.waiting else "",
        waiting_message=state.waiting.message if state.waiting else "",
        ran=state.running is not None or ended is not None,
        terminated=ended is not None,
        terminated_reason=ended.reason if ended else "",
        exit_code=ended.exit_code if ended else 0,
        message=ended.message if ended else "",
        started=((ended.started_at if ended else state.running.started_at if state.running else "") or ""),
        ended=(ended.finished_at or "") if ended else "",
    )


Object = (
    objects.Schedule
    | objects.AuditException
    | objects.Run
    | objects.CronJob
    | objects.ConfigMap
    | objects.Job
    | objects.Pod
)

READERS: Final[Mapping[str, Callable[[bytes], Object]]] = {
    "auditschedules": schedule,
    "auditexceptions": exception,
    "auditruns": run,
    "cronjobs": cron_job,
    "configmaps": config_map,
    "jobs": job,
    "pods": pod,
}


def metadata(raw: bytes) -> Meta:
    """The metadata of any object."""
    return msgspec.json.decode(raw, type=wire.Anything).metadata


def _identity(meta: Meta) -> _Identity:
    return {
        "namespace": meta.namespace,
        "name": meta.name,
        "uid": meta.uid,
        "resource_version": meta.resource_version,
        "created": parse_time(meta.creation_timestamp) or _EPOCH,
        "generation": meta.generation,
        "controller": _controller(meta),
    }


def _controller(meta: Meta) -> str:
    return next((owner.uid for owner in meta.owner_references if owner.controller), "")


def _decode(raw: msgspec.Raw, kind: type[_Spec]) -> tuple[_Spec | None, str]:
    try:
        return msgspec.json.decode(raw, type=kind), ""
    except msgspec.DecodeError as error:
        return None, f"spec cannot be read: {error}"


def _status(raw: msgspec.Raw, kind: type[_State]) -> _State:
    """A status that cannot be read is one that the operator did not write: it is written anew."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError:
        return kind()


def _config_map_of(spec: wire.JobSpec) -> str:
    volumes = spec.template.spec.volumes
    return next((v.config_map.name for v in volumes if v.name == "config" and v.config_map is not None), "")


def _document_metadata(meta: Meta) -> dict[str, object]:
    return {"name": meta.name, "namespace": meta.namespace, "labels": meta.labels}


def _document(kind: str, meta: dict[str, object], spec: msgspec.Raw) -> bytes:
    content = {"apiVersion": names.API_VERSION, "kind": kind, "metadata": meta, "spec": msgspec.json.decode(spec)}
    # Sorted, so that the digest does not depend on the order in which the API server happens to write fields.
    return msgspec.json.encode(content, order="sorted")


def _listed_names(packed: bytes) -> tuple[str, ...]:
    """The names of the exceptions in exceptions.json.gz; none if it cannot be read. Bounded: a few kilobytes can unpack to
    gigabytes, and whoever may create ConfigMaps must not thereby stop the operator."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        content = unpacker.decompress(packed, _MOST_UNPACKED_BYTES)
        if unpacker.unconsumed_tail:
            return ()
        return tuple(item.metadata.name for item in msgspec.json.decode(content, type=tuple[_Listed, ...]))
    except (zlib.error, msgspec.DecodeError):
        return ()
