"""Every read and write of the operator: what the API server answers goes into the cache at once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from nightaudit_operator.api import names
from nightaudit_operator.api.conditions import Condition, format_time
from nightaudit_operator.api.manifests import ExceptionStatus, RunStatus, ScheduleStatus
from nightaudit_operator.api.objects import AuditException, Identity, Run, Schedule
from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.cluster.intake import READERS, Object, metadata
from nightaudit_operator.cluster.port import ApiError, Port
from nightaudit_operator.plan.events import events
from nightaudit_operator.plan.metadata import Json

LOG = logging.getLogger(__name__)
# Runs before Jobs before pods: a run whose Job is not in the cache has then lost it, and not merely been read too early.
KINDS: Final = ("auditexceptions", "auditschedules", "auditruns", "configmaps", "cronjobs", "jobs", "pods")
_PLURALS: Final = {Schedule: "auditschedules", AuditException: "auditexceptions", Run: "auditruns"}
# An object of these kinds that is being deleted is gone: nothing is made for it any more.
_GONE_WHEN_DELETING: Final = frozenset({"auditschedules", "auditexceptions", "auditruns"})


class Gateway:
    """The cluster, as one object."""

    def __init__(self, port: Port, cache: Cache) -> None:
        self.port = port
        self.cache = cache

    async def refresh(self, plural: str, namespace: str) -> list[Object]:
        """List a kind and take the list over; what changed."""
        listed: list[Object] = []
        as_of = 0
        async for raws, as_of in self.port.pages(plural, namespace):  # noqa: B007 — the last page's version is kept
            listed.extend(item for raw in raws if (item := read(plural, raw)) is not None)
        return self.cache.reconcile_list(plural, namespace, listed, as_of)

    async def create(self, plural: str, namespace: str, manifest: Json) -> Object | None:
        return self.remember(plural, await self.port.create(plural, namespace, manifest))

    async def get(self, plural: str, namespace: str, name: str) -> Object | None:
        raw = await self.port.get(plural, namespace, name)
        return self.remember(plural, raw) if raw is not None else None

    async def delete(self, plural: str, item: Object) -> None:
        await self.port.delete(plural, item.namespace, item.name, item.uid)
        self.cache.drop(item)

    async def write_status(
        self, item: Schedule | AuditException | Run, status: ScheduleStatus | ExceptionStatus | RunStatus, now: datetime
    ) -> None:
        """Write the status if it differs, after the Events that its transitions deserve.

        Events come first: their names depend on the object's version, so that a repetition after a crash is the same Event.
        """
        if item.status == status:
            return
        kind, plural = type(item).__name__, _PLURALS[type(item)]
        kind = {"Schedule": "AuditSchedule", "Run": "AuditRun"}.get(kind, kind)
        await self._emit(kind, item, item.status.conditions, status.conditions, now)
        manifest: Json = {
            "apiVersion": names.API_VERSION,
            "kind": kind,
            # The UID keeps the status from a namesake that was created meanwhile.
            "metadata": {"name": item.name, "namespace": item.namespace, "uid": item.uid},
            "status": msgspec.to_builtins(status),
        }
        try:
            self.remember(plural, await self.port.apply_status(plural, item.namespace, item.name, manifest))
        except ApiError as error:
            if error.status != 404:
                raise
            self.cache.drop(item)  # deleted meanwhile: there is nobody left to tell

    async def _emit(
        self, kind: str, item: Identity, before: Iterable[Condition], after: Iterable[Condition], now: datetime
    ) -> None:
        for event in events(before, after):
            moment = format_time(now)
            identity = f"{item.uid} {item.resource_version} {event.type} {event.reason}"
            manifest: Json = {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {
                    "name": f"{item.name}.{hashlib.sha256(identity.encode()).hexdigest()[:16]}",
                    "namespace": item.namespace,
                },
                "involvedObject": {
                    "apiVersion": names.API_VERSION,
                    "kind": kind,
                    "name": item.name,
                    "namespace": item.namespace,
                    "uid": item.uid,
                    "resourceVersion": item.resource_version,
                },
                "type": event.type,
                "reason": event.reason,
                "message": event.message[:1024],
                "source": {"component": names.MANAGER},
                "reportingComponent": names.MANAGER,
                "reportingInstance": names.MANAGER,
                "firstTimestamp": moment,
                "lastTimestamp": moment,
                "count": 1,
            }
            try:
                await self.port.create("events", item.namespace, manifest)
            except ApiError as error:
                # The conditions say the same: a lost Event must not keep the status from being written.
                if error.status != 409:
                    LOG.warning("event %s of %s %s/%s: %s", event.reason, kind, item.namespace, item.name, error)

    def remember(self, plural: str, raw: bytes) -> Object | None:
        item = read(plural, raw)
        if item is not None:
            self.cache.put(item)
        return item


def read(plural: str, raw: bytes) -> Object | None:
    """The extract of an object; None if it is being deleted, or is not of the shape that its kind has."""
    try:
        if plural in _GONE_WHEN_DELETING and metadata(raw).deletion_timestamp is not None:
            return None
        return READERS[plural](raw)
    except msgspec.DecodeError as error:
        LOG.error("an object of %s cannot be read and is left alone: %s", plural, error)
        return None
