"""Carries out a plan, in an order in which it may be cut off anywhere and taken up again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

import msgspec

from nightaudit_operator.api import names, reasons
from nightaudit_operator.api.objects import ConfigMap, CronJob, Job, Key, Schedule
from nightaudit_operator.cluster.gateway import Gateway
from nightaudit_operator.cluster.port import ApiError
from nightaudit_operator.plan import run_status
from nightaudit_operator.plan.death import Problem as RunProblem
from nightaudit_operator.plan.metadata import Json
from nightaudit_operator.plan.planner import Plan, RunChange, UserJob
from nightaudit_operator.plan.schedule_status import Problem

LOG = logging.getLogger(__name__)
_REFUSED = frozenset({400, 403, 422})
"""Answers that another try will not change: a quota, an admission policy, the operator's Role, or the object itself."""


class _Entry(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One manager's entry in managedFields, whole: it is sent back."""

    manager: str = ""
    operation: str = ""
    api_version: str = ""
    time: str = ""
    fields_type: str = ""
    fields: dict[str, object] = msgspec.field(default_factory=dict, name="fieldsV1")
    subresource: str = ""

    @property
    def ours(self) -> bool:
        return self.manager == names.MANAGER and self.operation == "Apply" and not self.subresource

    @property
    def in_spec(self) -> bool:
        return "f:spec" in self.fields and not self.subresource


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str
    managed_fields: tuple[_Entry, ...] = ()


class _Applied(msgspec.Struct, frozen=True):
    metadata: _Metadata


class NameConflictError(Exception):
    """A child's name is taken by an object that this schedule does not control; it is left alone."""


class Applier:
    """Remembers which CronJobs it has brought up to date; forgetting that only costs one more apply."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._applied: dict[Key, tuple[str, int, str]] = {}

    async def carry_out(self, schedule: Schedule | None, plan: Plan, now: datetime) -> Problem | None:
        """Make the children and the statuses of the runs what the plan says.

        Returns what stands in the way of the schedule, if anything; the rest is done all the same. Raises ApiError with
        status 409 when the cache was behind: the next try will see.
        """
        problem = plan.problem
        if schedule is not None and problem is None:
            problem = await self._attempt_children(schedule, plan)
        if schedule is not None and problem is not None and plan.suspend is not None:
            await self._attempt_suspension(schedule, plan.suspend)
        unrecorded = await self._attempt_runs(schedule, plan) if schedule is not None else None
        refused: set[str] = set()
        for order in plan.user_jobs:
            if problem is not None:
                waiting = run_status.waiting(order.run, run_status.not_ready(order.run.spec.schedule_name), now)
                await self._gateway.write_status(order.run, waiting, now)
                refused.add(order.run.uid)
            elif not await self._start(order, now):
                refused.add(order.run.uid)
        await self._change_all([change for change in plan.run_changes if change.run.uid not in refused], now)
        if problem is None:
            for config_map in plan.unused_config_maps:
                await self._gateway.delete("configmaps", config_map)
        for run in plan.old_runs:
            await self._gateway.delete("auditruns", run)
        # A run that is not recorded keeps nothing else from being done.
        return problem or unrecorded

    def forget(self, key: Key) -> None:
        """The schedule is gone."""
        self._applied.pop(key, None)

    async def _attempt_children(self, schedule: Schedule, plan: Plan) -> Problem | None:
        try:
            if plan.config_map is not None:
                await self._put_config_map(schedule, plan.config_map, plan.config_map_name)
            if plan.cron_job is not None:
                await self._put_cron_job(schedule, plan.cron_job)
        except NameConflictError as error:
            return Problem(reasons.NAME_CONFLICT, str(error))
        except ApiError as error:
            return _problem(error)
        return None

    async def _attempt_suspension(self, schedule: Schedule, suspend: bool) -> None:
        """A CronJob that cannot be brought up to date still starts runs, and must neither stay suspended nor overlap."""
        found = self._gateway.cache.cron_jobs.get(schedule.key)
        if found is None or found.controller != schedule.uid or found.suspend == suspend:
            return
        operations: list[Json] = [
            {"op": "test", "path": "/metadata/uid", "value": found.uid},
            {"op": "add", "path": "/spec/suspend", "value": suspend},
        ]
        try:
            raw = await self._gateway.port.patch("cronjobs", found.namespace, found.name, operations)
        except ApiError as error:
            # The schedule is not Ready as it is, and says why; the next resync tries again.
            LOG.warning("CronJob %s/%s: suspend cannot be made %s: %s", found.namespace, found.name, suspend, error)
        else:
            self._gateway.remember("cronjobs", raw)

    async def _attempt_runs(self, schedule: Schedule, plan: Plan) -> Problem | None:
        """Record every Job that can be recorded; what stands in the way of the first that cannot."""
        first: Problem | None = None
        for manifest in plan.new_runs:
            problem = await self._record(schedule, manifest)
            first = first or problem
        return first

    async def _record(self, schedule: Schedule, manifest: Json) -> Problem | None:
        name = _name(manifest)
        try:
            await self._gateway.create("auditruns", schedule.namespace, manifest)
        except ApiError as error:
            if error.status != 409:
                return _problem(error)
            found = await self._gateway.get("auditruns", schedule.namespace, name)
            if found is not None and found.controller != schedule.uid:
                consequence = "the run of the Job of that name is not recorded"
                return Problem(reasons.NAME_CONFLICT, _taken("AuditRun", name, consequence))
        return None

    async def _put_config_map(self, schedule: Schedule, manifest: Json, name: str) -> None:
        found = self._gateway.cache.config_maps.get(Key(schedule.namespace, name))
        if found is None:
            try:
                await self._gateway.create("configmaps", schedule.namespace, manifest)
            except ApiError as error:
                if error.status != 409:
                    raise
                seen = await self._gateway.get("configmaps", schedule.namespace, name)
                if not isinstance(seen, ConfigMap):
                    raise
                found = seen
            else:
                return
        if found.controller != schedule.uid:
            raise NameConflictError(_taken("ConfigMap", name, "the CronJob cannot be brought up to date"))
        if found.name != f"{schedule.name}-{found.digest}":
            # Not what its name says. It is immutable, so it was made so: it is made anew.
            await self._gateway.delete("configmaps", found)
            await self._gateway.create("configmaps", schedule.namespace, manifest)

    async def _put_cron_job(self, schedule: Schedule, manifest: Json) -> None:
        """Create atomically, so that a namesake is never touched; afterwards apply, and heal."""
        found = self._gateway.cache.cron_jobs.get(schedule.key)
        if found is None:
            try:
                made = await self._gateway.create("cronjobs", schedule.namespace, manifest)
            except ApiError as error:
                if error.status != 409:
                    raise
                seen = await self._gateway.get("cronjobs", schedule.namespace, schedule.name)
                if not isinstance(seen, CronJob):
                    raise
                found = seen
            else:
                self._note(made, manifest)
                return
        if found.controller != schedule.uid:
            raise NameConflictError(_taken("CronJob", schedule.name, "the schedule has no CronJob of its own"))
        if not found.foreign and self._applied.get(schedule.key) == (found.uid, found.generation, _digest(manifest)):
            return
        await self._apply_whole(found, manifest)

    async def _apply_whole(self, found: CronJob, manifest: Json) -> None:
        """Server-side apply, and then, if others (or the creation itself) own fields in spec too, a replacement.

        Apply mends the fields that are ours and leaves the rest: an added container would stay, and run as the auditor.
        The replacement names our own entry as the only one of the managed fields: what others added goes, and so does
        their claim to it.
        """
        namespace, name = found.namespace, found.name
        raw = await self._gateway.port.apply("cronjobs", namespace, name, _with(manifest, uid=found.uid))
        applied = msgspec.json.decode(raw, type=_Applied).metadata
        if found.foreign:
            LOG.warning("CronJob %s/%s was changed by %s: replaced", namespace, name, ", ".join(found.foreign))
        if any(entry.in_spec and not entry.ours for entry in applied.managed_fields):
            kept = [msgspec.to_builtins(entry) for entry in applied.managed_fields if entry.ours]
            replacement: list[Json] = [
                {"op": "test", "path": "/metadata/uid", "value": found.uid},
                {"op": "test", "path": "/metadata/resourceVersion", "value": applied.resource_version},
                {"op": "replace", "path": "/spec", "value": manifest["spec"]},
                {"op": "replace", "path": "/metadata/managedFields", "value": kept},
            ]
            raw = await self._gateway.port.patch("cronjobs", namespace, name, replacement)
        self._note(self._gateway.remember("cronjobs", raw), manifest)

    def _note(self, made: object, manifest: Json) -> None:
        if isinstance(made, CronJob):
            self._applied[made.key] = (made.uid, made.generation, _digest(manifest))

    async def _start(self, order: UserJob, now: datetime) -> bool:
        """Create a user's Job; False if it cannot be, and the run's status then says why."""
        name = _name(order.manifest)
        try:
            await self._gateway.create("jobs", order.run.namespace, order.manifest)
        except ApiError as error:
            if error.status not in {403, 409, 422}:
                raise
            if error.status == 409:
                seen = await self._gateway.get("jobs", order.run.namespace, name)
                if isinstance(seen, Job) and seen.run_uid == order.run.uid:
                    return True
                message = _taken("Job", name, "the run cannot start")
                failed = run_status.waiting(order.run, RunProblem(reasons.NAME_CONFLICT, message), now)
            else:
                failed = run_status.waiting(order.run, RunProblem(reasons.FORBIDDEN, error.message), now)
            await self._gateway.write_status(order.run, failed, now)
            return False
        return True

    async def _change_all(self, changes: Sequence[RunChange], now: datetime) -> None:
        """One run that cannot be brought up to date now must not hold up the others; its error is raised after them."""
        first: ApiError | None = None
        for change in changes:
            try:
                await self._change(change, now)
            except ApiError as error:
                first = first or error
        if first is not None:
            raise first

    async def _change(self, change: RunChange, now: datetime) -> None:
        if change.absent_job:
            seen = await self._gateway.get("jobs", change.run.namespace, change.absent_job)
            if seen is not None:
                raise ApiError(409, "CacheBehind", f"Job {change.absent_job} is not lost: it was not in the cache yet")
        status = change.status
        if change.notify is not None:
            try:
                await self._gateway.create("jobs", change.run.namespace, change.notify)
            except ApiError as error:
                if error.status in _REFUSED:
                    status = run_status.unannounced(change.run, status, _name(change.notify), error.message, now)
                elif error.status != 409:
                    raise
        await self._gateway.write_status(change.run, status, now)


def _problem(error: ApiError) -> Problem:
    """What the refusal of a child means for the schedule. Raises the error again when only another look can tell."""
    match error.status:
        case 409:
            raise error
        case 400 | 422:
            return Problem(reasons.INVALID_SCHEDULE, error.message)
        case 401 | 403:
            return Problem(reasons.FORBIDDEN, error.message)
        case _:
            return Problem(reasons.APPLY_FAILED, str(error))


def _taken(kind: str, name: str, consequence: str) -> str:
    return f"{kind} {name} exists and is not controlled by this schedule, so it is left alone: {consequence}; rename or delete it"


def _with(manifest: Json, **metadata: object) -> Json:
    base = manifest["metadata"]
    return manifest | {"metadata": {**(base if isinstance(base, dict) else {}), **metadata}}


def _name(manifest: Json) -> str:
    metadata = manifest["metadata"]
    return str(metadata["name"]) if isinstance(metadata, dict) else ""


def _digest(manifest: Json) -> str:
    return hashlib.sha256(msgspec.json.encode(manifest, order="sorted")).hexdigest()
