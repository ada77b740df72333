"""The immutable ConfigMap that carries a schedule and its exceptions into the auditor's pod."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Sequence

import msgspec

from nightaudit_operator.api import names
from nightaudit_operator.api.objects import AuditException, Children, ConfigMap, Schedule
from nightaudit_operator.plan.metadata import Json, labels, owned_by_schedule
from nightaudit_operator.plan.run import own_jobs, recorded_jobs

MAXIMUM_BYTES = 1024 * 1024
"""Kubernetes refuses a ConfigMap whose values are longer than 1 MiB together (core/v1 MaxSecretSize)."""
DIGEST_CHARACTERS = 10


class TooManyExceptionsError(ValueError):
    """The schedule and its exceptions do not fit into a ConfigMap."""


class Documents(msgspec.Struct, frozen=True):
    """The files of the ConfigMap."""

    schedule: bytes
    exceptions: bytes

    @property
    def digest(self) -> str:
        return content_digest(self.schedule, self.exceptions)


def content_digest(schedule: bytes, exceptions: bytes) -> str:
    """What the ConfigMap's name ends in: over both files, with the first one's length so that no two pairs look alike."""
    content = len(schedule).to_bytes(8, "big") + schedule + exceptions
    return hashlib.sha256(content).hexdigest()[:DIGEST_CHARACTERS]


def documents(schedule: Schedule, selected: Sequence[AuditException]) -> Documents:
    """The files for this schedule; raises TooManyExceptionsError. The same input gives the same bytes (gzip without a time)."""
    listing = b"[" + b",".join(exception.document for exception in selected) + b"]"
    files = Documents(schedule.document, gzip.compress(listing, mtime=0))
    size = len(files.schedule) + len(files.exceptions)
    if size > MAXIMUM_BYTES:
        raise TooManyExceptionsError(
            f"the schedule and its {len(selected)} exceptions take {size} bytes compressed, a ConfigMap holds "
            f"{MAXIMUM_BYTES}: select fewer with spec.exceptionSelector, delete expired ones, or use globs"
        )
    return files


def name(schedule: Schedule, files: Documents) -> str:
    return f"{schedule.name}-{files.digest}"


def manifest(schedule: Schedule, files: Documents) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name(schedule, files),
            "namespace": schedule.namespace,
            "labels": labels(schedule.name),
            "ownerReferences": owned_by_schedule(schedule),
        },
        "immutable": True,
        "data": {names.SCHEDULE_FILE: files.schedule.decode()},
        "binaryData": {names.EXCEPTIONS_FILE: base64.b64encode(files.exceptions).decode()},
    }


def unused(schedule: Schedule, children: Children, wanted: str) -> tuple[ConfigMap, ...]:
    """The schedule's ConfigMaps that nothing needs any more.

    Needed are: what the CronJob shall name and what it names now (until it has changed), what an unfinished Job mounts,
    and what a finished Job mounted while its run is not recorded (the summary counts exceptions by position in it).

    The newest of the others stays too: whoever read the CronJob just before it changed, the CronJob controller or
    `kubectl create job --from`, makes a Job that mounts it a moment later, and its pod would wait for it until its deadline.
    Nothing in the cluster says since when a ConfigMap has been out of use, so that it is one more, and not a time, is the rule.
    """
    recorded = recorded_jobs(children)
    needed = {job.config_map for job in children.jobs if not job.finished}
    needed |= {job.config_map for job in own_jobs(schedule, children) if job.name not in recorded}
    needed |= {wanted, children.cron_job.config_map if children.cron_job else ""}
    others = [c for c in children.config_maps if c.controller == schedule.uid and c.name not in needed]
    # Immutable, they are written once: among those of one second the resource versions are in the order of creation.
    others.sort(key=lambda c: (c.created, int(c.resource_version or 0)))
    return tuple(others[:-1])
