"""The operator as a process on this machine, with the permissions that the chart gives it, against a real API server.

There is no node: pods are made by hand, and end as a test says.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from demo.cluster import Cluster, ClusterError

REPOSITORY = Path(__file__).parents[3]
CHART = REPOSITORY / "deploy" / "helm" / "nightaudit"
Json = dict[str, Any]
T = TypeVar("T")


class Namespace:
    """A namespace of its own for a test, and what one does in it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name

    def kubectl(self, *args: str, input: str | None = None) -> str:  # noqa: A002
        return self.cluster.kubectl("--namespace", self.name, *args, input=input)

    def apply(self, *objects: Json) -> None:
        # Server-side: an annotation with the whole object would be too long for some.
        items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "--server-side", "--field-manager=tests", "-f", "-", input=json.dumps(items))

    def create(self, item: Json) -> Json:
        return json.loads(self.kubectl("create", "-o", "json", "-f", "-", input=json.dumps(item)))

    def get(self, kind: str, name: str) -> Json:
        return json.loads(self.kubectl("get", kind, name, "-o", "json"))

    def find(self, kind: str, name: str) -> Json | None:
        out = self.kubectl("get", kind, name, "-o", "json", "--ignore-not-found")
        return json.loads(out) if out.strip() else None

    def list(self, kind: str, *args: str) -> list[Json]:
        return json.loads(self.kubectl("get", kind, "-o", "json", *args))["items"]

    def patch(self, kind: str, name: str, patch: Json, *args: str) -> None:
        self.kubectl("patch", kind, name, "--type=merge", "-p", json.dumps(patch), *args)

    def condition(self, kind: str, name: str, condition: str) -> Json | None:
        item = self.find(kind, name) or {}
        conditions = item.get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == condition), None)

    def reason(self, kind: str, name: str, condition: str) -> str:
        found = self.condition(kind, name, condition)
        return f"{found['status']}/{found['reason']}" if found else ""

    def pod(self, job: str, status: Json | None = None) -> str:
        """The pod that the Job controller has made (it does, without a node), with this status."""
        pods = eventually(
            lambda: self.list("pods", f"--selector=batch.kubernetes.io/job-name={job}"), f"a pod of {job}"
        )
        name = pods[0]["metadata"]["name"]
        if status is not None:
            self.patch("pod", name, {"status": status}, "--subresource=status")
        return name

    def end(
        self,
        job: str,
        *,
        message: Callable[[str], str],
        exit_code: int = 0,
        reason: str = "Completed",
        **status: object,
    ) -> None:
        """End the Job's pod as the kubelet would; the Job controller then ends the Job."""
        name = self.pod(job)
        terminated = {
            "exitCode": exit_code,
            "reason": reason,
            "message": message(name),
            "startedAt": "2026-11-23T03:17:05Z",
            "finishedAt": "2026-11-23T03:18:05Z",
        }
        container = {
            "name": "auditor",
            "image": "x",
            "imageID": "x",
            "ready": False,
            "restartCount": 0,
            "state": {"terminated": terminated},
        }
        phase = "Succeeded" if exit_code == 0 else "Failed"
        self.pod(job, {"phase": phase, "containerStatuses": [container], **status})


def eventually(look: Callable[[], T], what: str, seconds: float = 20) -> T:
    """The first true answer; fails with what was seen last."""
    deadline = time.monotonic() + seconds
    seen: object = None
    while time.monotonic() < deadline:
        try:
            found = look()
        except (ClusterError, KeyError, IndexError) as error:
            seen = error
        else:
            if found:
                return found
            seen = found
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s for {what}; last: {seen!r}")


class Operator:
    """The operator, started and killed at will."""

    def __init__(self, cluster: Cluster, namespace: str, folder: Path) -> None:
        self._folder = folder
        self.health_port, self.metrics_port = _free_port(), _free_port()
        config = {
            "namespaces": [namespace],
            "auditor": {"image": "localhost/nightaudit-auditor:test", "serviceAccountName": "night-nightaudit-auditor"},
            "reportURLTemplate": "https://console.example.com/{bucket}/{key}?region={region}",
            "resyncSeconds": 10,
            "healthPort": self.health_port,
            "metricsPort": self.metrics_port,
        }
        (folder / "config.json").write_text(json.dumps(config))
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "KUBECONFIG": str(cluster.token_kubeconfig(namespace, "night-nightaudit-operator")),
            "NIGHTAUDIT_CONFIG": str(folder / "config.json"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "operator.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-Im", "nightaudit_operator"], env=self._environment, stdout=log, stderr=log
            )

    def kill(self, how: int = signal.SIGKILL) -> int:
        """End the process, by default as a crash would; its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=30)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def http(self, port: int, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def ready(self) -> bool:
        return self.http(self.metrics_port, "/readyz")[0] == 200

    def log(self) -> str:
        return (self._folder / "operator.log").read_text()

    def wait_ready(self) -> None:
        def answers() -> bool:
            if not self.running():
                raise AssertionError(f"the operator has ended: {self.log()[-2000:]}")
            return self.ready() and self.http(self.health_port, "/healthz")[0] == 200

        try:
            eventually(answers, "the operator to be ready", 40)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-2000:]}") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def module_namespace(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """A namespace with the auditor's identity and the operator's permissions, from the chart."""
    name = f"reconcile-{request.module.__name__.rsplit('test_', 1)[-1]}".replace("_", "-")
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(REPOSITORY / "crds"))
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=60s")
    cluster.kubectl("create", "namespace", name)
    rendered = subprocess.run(
        [str(cluster.helm_path), "template", "night", str(CHART), "--namespace", name, "--kube-version", "1.35.0",
         "--show-only", "templates/watched.yaml", "--show-only", "templates/operator.yaml"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    namespace = Namespace(cluster, name)
    namespace.kubectl("apply", "-f", "-", input=rendered)
    namespace.kubectl("delete", "deployment", "--all")  # the operator runs here, as a process
    yield namespace
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="module")
def operator(
    cluster: Cluster, module_namespace: Namespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """The running operator of the module's namespace."""
    process = Operator(cluster, module_namespace.name, tmp_path_factory.mktemp("operator"))
    process.start()
    try:
        process.wait_ready()
        yield process
    finally:
        if process.running():
            process.kill(signal.SIGTERM)
    assert "Traceback" not in process.log(), process.log()[-4000:]


@pytest.fixture
def namespace(module_namespace: Namespace) -> Iterator[Namespace]:
    """The module's namespace, emptied after each test."""
    yield module_namespace
    module_namespace.kubectl(
        "delete", "auditschedules,auditexceptions,auditruns,cronjobs,jobs", "--all", "--timeout=60s"
    )
    eventually(lambda: not module_namespace.list("pods"), "the pods to be gone", 60)
    left = ("configmaps", "--selector=nightaudit.dev/schedule")
    eventually(lambda: not module_namespace.list(*left), "the garbage collector to take the ConfigMaps", 60)


@pytest.fixture
def make_schedule() -> Callable[..., Json]:
    """An AuditSchedule, `spec` overriding or adding to the least that is needed."""

    def make(name: str, labels: dict[str, str] | None = None, **spec: object) -> Json:
        base = {
            "schedule": "17 3 1 1 *",
            "accounts": [{"id": "111111111111"}],
            "storage": {"s3": {"bucket": "audits", "region": "eu-central-1"}},
        }
        metadata = {"name": name, **({"labels": labels} if labels else {})}
        return {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditSchedule",
            "metadata": metadata,
            "spec": base | spec,
        }

    return make


@pytest.fixture
def make_run() -> Callable[..., Json]:
    """An AuditRun as a user makes one."""

    def make(name: str, schedule: str) -> Json:
        return {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditRun",
            "metadata": {"name": name},
            "spec": {"scheduleName": schedule},
        }

    return make


@pytest.fixture
def summary() -> Callable[..., Callable[[str], str]]:
    """A termination message for whichever pod it is asked."""

    def make(**fields: object) -> Callable[[str], str]:
        base: Json = {
            "schema": "nightaudit.dev/run-summary/v1",
            "result": "Findings",
            "startTime": "2026-11-23T03:17:05Z",
            "completionTime": "2026-11-23T03:18:05Z",
            "baseline": False,
            "accounts": {"total": 1, "succeeded": 1, "failed": 0},
            "findings": {"critical": 1, "high": 2, "medium": 0, "low": 0, "info": 0},
            "new": 1, "reopened": 0, "resolved": 0, "excepted": 0, "unknown": 3,
            "report": {"uri": "s3://audits/x/report.html", "sha256": "a" * 64},
            "notifications": [], "errors": [], "errorCount": 0,
        }  # fmt: skip
        return lambda pod: json.dumps(base | {"run": pod} | fields)

    return make


@pytest.fixture(scope="session")
def soon() -> Callable[..., Any]:
    """`eventually`, for tests: they cannot import from here."""
    return eventually
