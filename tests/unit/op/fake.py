"""An API server as small as the operator's use of it: enough to be cut off at any call."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator
from typing import Any

from nightaudit_operator.cluster.port import ApiError

Json = dict[str, Any]


class CrashError(Exception):
    """The operator was killed here."""


class FakeCluster:
    """Keeps objects whole. `crash_after` counts down the writes after which the operator is killed."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Json] = {}
        self.version = 100
        self.crash_after: int | None = None
        self.writes: list[str] = []
        self.refusals: dict[tuple[str, str], ApiError] = {}

    def put(self, plural: str, item: Json) -> Json:
        """Store an object as the API server does."""
        self.version += 1
        meta = item.setdefault("metadata", {})
        known = self.objects.get((plural, meta["name"]))
        meta.setdefault("uid", known["metadata"]["uid"] if known else f"uid-{plural}-{meta['name']}")
        meta.setdefault("creationTimestamp", "2026-01-01T00:00:00Z")
        meta["resourceVersion"] = str(self.version)
        generation = known["metadata"]["generation"] if known else 0
        meta["generation"] = generation + (known is None or known.get("spec") != item.get("spec"))
        self.objects[plural, meta["name"]] = copy.deepcopy(item)
        return item

    def state(self) -> dict[tuple[str, str], Json]:
        """Everything that matters, without what differs from run to run."""
        kept: dict[tuple[str, str], Json] = {}
        for key, item in self.objects.items():
            clean = copy.deepcopy(item)
            for volatile in ("resourceVersion", "managedFields"):
                clean["metadata"].pop(volatile, None)
            if key[0] != "events":
                kept[key] = clean
        return kept

    def _write(self, what: str) -> None:
        if self.crash_after is not None:
            if self.crash_after == 0:
                raise CrashError(what)
            self.crash_after -= 1
        self.writes.append(what)

    def _answer(self, plural: str, name: str) -> bytes:
        return json.dumps(self.objects[plural, name]).encode()

    async def pages(self, plural: str, _namespace: str) -> AsyncIterator[tuple[list[bytes], int]]:
        found = [name for kind, name in sorted(self.objects) if kind == plural]
        yield [self._answer(plural, name) for name in found], self.version

    async def get(self, plural: str, _namespace: str, name: str) -> bytes | None:
        return self._answer(plural, name) if (plural, name) in self.objects else None

    async def create(self, plural: str, _namespace: str, manifest: Json) -> bytes:
        name = manifest["metadata"]["name"]
        if (plural, name) in self.refusals:
            raise self.refusals[plural, name]
        if (plural, name) in self.objects:
            raise ApiError(409, "AlreadyExists", f"{plural} {name} already exists")
        self._write(f"create {plural} {name}")
        self.put(plural, copy.deepcopy(manifest))
        return self._answer(plural, name)

    async def apply(self, plural: str, _namespace: str, name: str, manifest: Json) -> bytes:
        if (plural, name) in self.refusals:
            raise self.refusals[plural, name]
        known = self.objects[plural, name]
        assert known["metadata"]["uid"] == manifest["metadata"]["uid"]
        self._write(f"apply {plural} {name}")
        ours = {"manager": "nightaudit-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}}
        others = [e for e in known["metadata"].get("managedFields", []) if e["manager"] != "nightaudit-operator"]
        meta = {**known["metadata"], **manifest["metadata"], "managedFields": [*others, ours]}
        self.put(plural, {**known, "metadata": meta, "spec": {**known["spec"], **copy.deepcopy(manifest["spec"])}})
        return self._answer(plural, name)

    async def apply_status(self, plural: str, _namespace: str, name: str, manifest: Json) -> bytes:
        if (plural, name) not in self.objects:
            raise ApiError(404, "NotFound", name)
        self._write(f"status {plural} {name}")
        self.put(plural, {**self.objects[plural, name], "status": copy.deepcopy(manifest["status"])})
        return self._answer(plural, name)

    async def patch(self, plural: str, _namespace: str, name: str, operations: list[Json]) -> bytes:
        self._write(f"patch {plural} {name}")
        changed = copy.deepcopy(self.objects[plural, name])
        for operation in operations:
            *way, last = operation["path"].strip("/").split("/")
            place = changed
            for step in way:
                place = place[step]
            if operation["op"] == "test":
                assert place[last] == operation["value"]
            else:
                place[last] = copy.deepcopy(operation["value"])
        self.put(plural, changed)
        return self._answer(plural, name)

    async def delete(self, plural: str, _namespace: str, name: str, uid: str) -> None:
        known = self.objects.get((plural, name))
        if known is not None and known["metadata"]["uid"] == uid:
            self._write(f"delete {plural} {name}")
            del self.objects[plural, name]
