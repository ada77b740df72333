"""Objects as the API server gives them to the operator, and files as the auditor's pod finds them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from nightaudit_auditor.manifests.validate import without_nulls
from nightaudit_operator.api.config import AuditorConfig, Config
from nightaudit_operator.api.objects import AuditException, ConfigMap, Schedule
from nightaudit_operator.cluster import intake
from nightaudit_operator.plan import configmap
from nightaudit_operator.plan.selection import select

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "tests" / "fixtures" / "manifests" / "good"

Json = dict[str, Any]


@dataclass(frozen=True)
class Mounted:
    """What one schedule gets: the ConfigMap as the operator renders and then sees it, and its files as the pod finds them."""

    manifest: Json
    seen: ConfigMap
    schedule: Path
    exceptions: Path


class World:
    """The operator's half of the way: from manifests to a mounted ConfigMap."""

    config = Config(
        namespaces=("security",),
        auditor=AuditorConfig(image="auditor:1", service_account_name="nightaudit-auditor"),
        report_url_template="https://reports.example.com/{bucket}/{key}?region={region}&at={uri}",
    )

    def manifest(self, name: str) -> Json:
        """A manifest of tests/fixtures/manifests/good, with times as text, as kubectl sends it."""
        text = (GOOD / f"{name}.yaml").read_text()
        loaded: Json = json.loads(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=_rfc3339))
        return loaded

    def stored(self, manifest: Json) -> bytes:
        """The object as the API server answers: without fields that are null, with the metadata that it adds."""
        manifest = without_nulls(manifest)
        meta = manifest["metadata"]
        added = {
            "namespace": "security",
            "uid": f"uid-{meta['name']}",
            "resourceVersion": "1",
            "generation": 3,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
        }
        return json.dumps({**manifest, "metadata": meta | added}).encode()

    def schedule(self, manifest: Json) -> Schedule:
        return intake.schedule(self.stored(manifest))

    def exception(self, manifest: Json) -> AuditException:
        return intake.exception(self.stored(manifest))

    def mount(self, folder: Path, schedule: Json, exceptions: Iterable[Json] = ()) -> Mounted:
        """Render the schedule's ConfigMap and write its files, as the kubelet does."""
        seen = self.schedule(schedule)
        assert seen.spec is not None, seen.invalid
        selected = select(seen.spec.exception_selector, [self.exception(one) for one in exceptions])
        manifest: Json = configmap.manifest(seen, configmap.documents(seen, selected))  # type: ignore[assignment]
        for name, text in manifest["data"].items():
            (folder / name).write_text(text)
        for name, packed in manifest["binaryData"].items():
            (folder / name).write_bytes(base64.b64decode(packed, validate=True))
        return Mounted(
            manifest=manifest,
            seen=intake.config_map(json.dumps(manifest).encode()),
            schedule=folder / "schedule.json",
            exceptions=folder / "exceptions.json.gz",
        )


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(scope="session")
def exception() -> Callable[..., Json]:
    """A least AuditException by name, with labels."""

    def build(name: str, labels: dict[str, str] | None = None) -> Json:
        return {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditException",
            "metadata": {"name": name, "labels": labels or {}},
            "spec": {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"},
        }

    return build


def _rfc3339(value: Any) -> str:
    return str(value.isoformat()).replace("+00:00", "Z")
