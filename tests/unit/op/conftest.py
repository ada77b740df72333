"""Builders of objects for tests of the operator."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from nightaudit_operator.api.config import AuditorConfig, Config
from nightaudit_operator.cluster import intake

NAMESPACE = "audit"
CREATED = "2026-01-01T00:00:00Z"
Json = dict[str, Any]


class Build:
    """Objects as the API server would give them, through the operator's own intake."""

    now = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
    config = Config(
        namespaces=(NAMESPACE,),
        auditor=AuditorConfig(image="auditor:1", service_account_name="auditor"),
        resync_seconds=300,
    )

    def meta(self, name: str, uid: str = "", owner: str = "", version: int = 1, **fields: Any) -> Json:
        owners = [{"uid": owner, "controller": True, "kind": "X", "name": "x"}] if owner else []
        return {
            "name": name,
            "namespace": NAMESPACE,
            "uid": uid or f"uid-{name}",
            "resourceVersion": str(version),
            "generation": 1,
            "creationTimestamp": CREATED,
            "ownerReferences": owners,
            **fields,
        }

    def schedule(self, name: str = "nightly", status: Json | None = None, meta: Json | None = None, **spec: Any) -> Any:
        base = {
            "schedule": "0 3 * * *",
            "accounts": [{"id": "111111111111"}],
            "storage": {"s3": {"bucket": "b", "region": "eu-central-1"}},
        }
        raw = {"metadata": self.meta(name, **(meta or {})), "spec": base | spec, "status": status or {}}
        return intake.schedule(json.dumps(raw).encode())

    def exception(
        self, name: str = "known", labels: Json | None = None, status: Json | None = None, **spec: Any
    ) -> Any:
        base = {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"}
        raw = {"metadata": self.meta(name, labels=labels or {}), "spec": base | spec, "status": status or {}}
        return intake.exception(json.dumps(raw).encode())

    def run(
        self, name: str, schedule: str = "nightly", status: Json | None = None, owner: str = "", **meta: Any
    ) -> Any:
        raw = {
            "metadata": self.meta(name, owner=owner, **meta),
            "spec": {"scheduleName": schedule},
            "status": status or {},
        }
        return intake.run(json.dumps(raw).encode())

    def cron_job(self, name: str = "nightly", owner: str = "uid-nightly", config_map: str = "", **spec: Any) -> Any:
        template = {
            "spec": {"template": {"spec": {"volumes": [{"name": "config", "configMap": {"name": config_map}}]}}}
        }
        base = {"schedule": "0 3 * * *", "timeZone": "Etc/UTC", "jobTemplate": template}
        return intake.cron_job(
            json.dumps({"metadata": self.meta(name, "uid-cron", owner=owner), "spec": base | spec}).encode()
        )

    def config_map(self, name: str, owner: str = "uid-nightly", **meta: Any) -> Any:
        labels = {"nightaudit.dev/schedule": "nightly"}
        return intake.config_map(json.dumps({"metadata": self.meta(name, owner=owner, labels=labels, **meta)}).encode())

    def job(
        self,
        name: str,
        finished: str = "",
        labels: Json | None = None,
        annotations: Json | None = None,
        config_map: str = "nightly-0",
        created: str = CREATED,
        ended: str = "2026-01-02T11:00:00Z",
        **fields: Any,
    ) -> Any:
        conditions = [{"type": finished, "status": "True", "lastTransitionTime": ended}] if finished else []
        meta = self.meta(
            name,
            owner="uid-cron",
            labels={"nightaudit.dev/schedule": "nightly"} | (labels or {}),
            annotations=annotations or {},
            creationTimestamp=created,
        )
        meta |= fields
        volumes = [{"name": "config", "configMap": {"name": config_map}}]
        raw = {
            "metadata": meta,
            "spec": {"template": {"spec": {"volumes": volumes}}},
            "status": {"conditions": conditions},
        }
        return intake.job(json.dumps(raw).encode())

    def pod(self, name: str, job: str, state: Json | None = None, created: str = CREATED, **status: Any) -> Any:
        meta = self.meta(
            name, owner=f"uid-{job}", labels={"nightaudit.dev/schedule": "nightly"}, creationTimestamp=created
        )
        containers = [{"name": "auditor", "state": state}] if state is not None else []
        return intake.pod(
            json.dumps({"metadata": meta, "status": {"containerStatuses": containers, **status}}).encode()
        )

    def terminated(self, message: str = "", exit_code: int = 0, reason: str = "Completed") -> Json:
        return {"terminated": {"exitCode": exit_code, "reason": reason, "message": message}}

    def summary(self, run: str, **fields: Any) -> str:
        base = {
            "schema": "nightaudit.dev/run-summary/v1",
            "run": run,
            "result": "Findings",
            "startTime": "2026-01-02T03:00:00Z",
            "completionTime": "2026-01-02T03:05:00Z",
            "baseline": False,
            "accounts": {"total": 3, "succeeded": 2, "failed": 1},
            "findings": {"critical": 1, "high": 2, "medium": 0, "low": 0, "info": 0},
            "new": 1,
            "reopened": 0,
            "resolved": 4,
            "excepted": 2,
            "unknown": 3,
            "report": {"uri": "s3://b/k/report.html", "sha256": "a" * 64},
            "notifications": [],
            "errors": [],
            "errorCount": 0,
        }
        return json.dumps(base | fields)


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()


@pytest.fixture(scope="session")
def reason() -> Callable[[Any, str], str]:
    """`status/reason` of a condition, or nothing."""

    def read(status: Any, kind: str) -> str:
        return next((f"{c.status}/{c.reason}" for c in status.conditions if c.type == kind), "")

    return read
