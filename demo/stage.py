"""The stage: a cluster, the world inside it, the chart and the manifests. The demo plays on it, and the e2e tests do."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from demo.aws import facts
from demo.cluster import Cluster
from demo.cluster.errors import ClusterError
from demo.cluster.images import Images, build_images
from demo.cluster.namespaces import run
from demo.cluster.waiting import wait_until
from demo.world import MANIFESTS, SLACK_TOKEN, World

NAMESPACE = "security"
RELEASE = "nightaudit"
SCHEDULE = "nightly"
CHART = Path(__file__).parents[1] / "deploy" / "helm" / "nightaudit"

RUN_SECONDS = 300
FINISHED = ("Clean", "Findings", "Partial", "Error")

Object = dict[str, Any]


class Stage:
    """One instance, by name. Every step may be taken again: what is there already is left alone."""

    def __init__(self, name: str) -> None:
        self.cluster = Cluster(name)
        self._world: World | None = None

    @property
    def world(self) -> World:
        """The servers inside the instance, as the host reaches them."""
        if self._world is None:
            self._world = World(self.cluster.host_ip, listen="0.0.0.0", state=self.cluster.state / "world")
        return self._world

    def raise_cluster(self) -> Images:
        """The cluster with its node, and the project's images on it."""
        self.cluster.up()
        images = build_images()
        known = self.cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names[*]}")
        if images.operator not in known or images.auditor not in known:
            self.cluster.load_images(images.archives)
        return images

    def raise_world(self) -> None:
        """AWS, S3 and Slack, inside the instance's network; seeded once."""
        for server in self.world.servers():
            if not self.cluster.alive(server.name):
                self.cluster.spawn(server.name, server.argv, server.env)
        try:
            self.world.wait_ready()
        except TimeoutError as error:
            logs = "\n".join(f"--- {s.name}\n{self.cluster.logs(s.name)[-2000:]}" for s in self.world.servers())
            raise ClusterError(f"{error}\n{logs}") from error
        self.world.seed()

    def install(self, images: Images, values: Object | None = None) -> None:
        """The chart, in a namespace that enforces PodSecurity `restricted`."""
        labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}})
        file = self.cluster.state / "values.yaml"
        file.write_text(yaml.safe_dump(self.values(images) | (values or {})))
        self.helm(
            "upgrade", "--install", RELEASE, str(CHART), f"--namespace={NAMESPACE}", f"--values={file}",
            "--wait", "--timeout=120s",
        )  # fmt: skip

    def values(self, images: Images) -> Object:
        """The chart's values for this instance: where the stand-ins are is all that differs from a real installation."""
        inside = self.world.seen_from(self.cluster.pod_ip)
        return {
            "image": {
                part: dict(zip(("repository", "tag"), name.rsplit(":", 1), strict=True)) | {"pullPolicy": "Never"}
                for part, name in (("operator", images.operator), ("auditor", images.auditor))
            },
            "auditor": {"env": [{"name": name, "value": value} for name, value in inside.environment().items()]},
            "slack": {"apiURL": inside.slack_api_url},
            "reportURLTemplate": self.world.report_url_template,
        }

    def helm(self, *arguments: str) -> str:
        """Run Helm against the instance."""
        argv = [str(self.cluster.helm_path), *arguments, f"--kubeconfig={self.cluster.kubeconfig}"]
        try:
            return run(argv, seconds=180)
        except ClusterError as error:
            raise ClusterError(f"{error}\n{self.explain()}") from error

    def apply_manifests(self) -> None:
        """The demo's schedule, exceptions and Secret; waits until the schedule is Ready."""
        self.secret("slack", SLACK_TOKEN)
        for file in ("schedule.yaml", "exceptions.yaml"):
            self.kubectl("apply", "--server-side", "-f", str(MANIFESTS / file))
        self.wait_ready(SCHEDULE)

    def secret(self, name: str, token: str) -> None:
        """A Slack token, where a schedule's tokenSecretRef finds it."""
        data = {"token": base64.b64encode(token.encode()).decode()}
        self.apply(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": NAMESPACE}, "data": data}
        )

    def apply(self, *objects: Object) -> None:
        """Server-side apply, as GitOps tools do it."""
        self.cluster.kubectl(
            "apply", "--server-side", "--force-conflicts", "-f", "-", input=yaml.safe_dump_all(objects)
        )

    def kubectl(self, *arguments: str, input: str | None = None) -> str:  # noqa: A002 - kubectl's own word
        """Run kubectl in the demo's namespace."""
        return self.cluster.kubectl(f"--namespace={NAMESPACE}", *arguments, input=input)

    def get(self, kind: str, name: str) -> Object:
        """An object as the API server has it. Raises ClusterError if there is none."""
        return dict(json.loads(self.kubectl("get", kind, name, "-o", "json")))

    def items(self, kind: str, selector: str = "") -> list[Object]:
        """All objects of a kind in the namespace."""
        return list(json.loads(self.kubectl("get", kind, f"--selector={selector}", "-o", "json"))["items"])

    def wait_ready(self, schedule: str, seconds: float = 60) -> Object:
        """Wait until an AuditSchedule is Ready for its current generation."""

        def ready(found: Object) -> bool:
            condition = condition_of(found, "Ready")
            return (
                condition.get("status") == "True"
                and condition.get("observedGeneration") == found["metadata"]["generation"]
            )

        return self.wait_for("auditschedule", schedule, ready, f"AuditSchedule {schedule} to be Ready", seconds)

    def start_run(self, name: str, schedule: str = SCHEDULE) -> None:
        """Ask for a run now, as a user does: by creating an AuditRun."""
        manifest = {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditRun",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"scheduleName": schedule},
        }
        self.apply(manifest)

    def wait_run(self, name: str, seconds: float = RUN_SECONDS) -> Object:
        """Wait until a run is finished, and return its AuditRun."""

        def finished(found: Object) -> bool:
            return found.get("status", {}).get("result") in FINISHED

        return self.wait_for("auditrun", name, finished, f"AuditRun {name} to finish", seconds)

    def wait_for(self, kind: str, name: str, done: Callable[[Object], bool], what: str, seconds: float) -> Object:
        """Wait until an object exists and `done` says so of it; the error shows what explains the delay."""
        found: Object = {}

        def look() -> bool:
            nonlocal found
            try:
                found = self.get(kind, name)
            except ClusterError:
                return False
            return done(found)

        wait_until(
            what,
            look,
            seconds=seconds,
            explain=lambda: f"{json.dumps(found.get('status', {}), indent=2)}\n{self.explain()}",
        )
        return found

    def explain(self) -> str:
        """What a person would look at first when something does not come: pods, events, logs."""
        parts = []
        questions: Sequence[tuple[str, ...]] = (
            ("get", "pods,jobs", "-o", "wide"),
            ("get", "events", "--sort-by=.lastTimestamp"),
            ("logs", "-l", "app.kubernetes.io/name=nightaudit-operator", "--tail=40", "--prefix"),
            ("logs", "-l", "app.kubernetes.io/name=nightaudit-auditor", "--tail=40", "--prefix"),
        )
        for question in questions:
            try:
                parts.append(f"--- kubectl {' '.join(question)}\n{self.kubectl(*question)[-4000:]}")
            except ClusterError as error:
                parts.append(f"--- kubectl {' '.join(question)}\n{error}")
        return "\n".join(parts)


def condition_of(found: Object, kind: str) -> Object:
    """A condition of an object's status, or an empty one."""
    conditions = found.get("status", {}).get("conditions", [])
    return next((dict(c) for c in conditions if c["type"] == kind), {})


def run_name(act: str) -> str:
    """A name that is free however often the demo is played."""
    return f"{act}-{time.strftime('%H%M%S', time.gmtime())}"


__all__ = ["NAMESPACE", "SCHEDULE", "Stage", "condition_of", "facts", "run_name"]
