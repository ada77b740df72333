"""The operator's Deployment and configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from nightaudit_auditor.manifests import validate
from nightaudit_operator.api.config import read

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit"
FULL = CHART / "ci" / "full-values.yaml"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]
One = Callable[..., Manifest]


def config_of(manifests: list[Manifest], one: One) -> dict[str, Any]:
    return json.loads(one(manifests, "ConfigMap", "nightaudit-operator")["data"]["config.json"])


def test_the_configuration_says_all_that_the_operator_reads(render: Render, one: One) -> None:
    assert config_of(render(), one) == {
        "namespaces": ["security"],
        "auditor": {
            "image": "ghcr.io/nightaudit/auditor:0.1.0",
            "imagePullPolicy": "IfNotPresent",
            "imagePullSecrets": [],
            "serviceAccountName": "nightaudit-auditor",
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
            "env": [],
            "nodeSelector": {},
            "tolerations": [],
            "affinity": {},
            "priorityClassName": "",
            "podLabels": {},
            "podAnnotations": {},
        },
        "slackAPIURL": "https://slack.com/api/",
        "reportURLTemplate": "",
        "resyncSeconds": 300,
    }


@pytest.mark.parametrize("file", [None, *sorted((CHART / "ci").glob("*.yaml"))], ids=lambda path: path and path.stem)
def test_the_operator_reads_its_configuration(file: Path | None, render: Render, tmp_path: Path) -> None:
    (config_map,) = (item for item in render(file) if "config.json" in item.get("data", {}))
    path = tmp_path / "config.json"
    path.write_text(config_map["data"]["config.json"])
    assert read(path).namespaces


def test_values_of_the_auditor_reach_the_configuration(render: Render, one: One) -> None:
    config = config_of(render(FULL), one)
    assert config["namespaces"] == ["security", "team-a", "team-b"]
    auditor = config["auditor"]
    assert auditor["image"] == "registry.example.com/nightaudit/auditor:1.2.3"
    assert auditor["imagePullPolicy"] == "Always"
    assert auditor["imagePullSecrets"] == [{"name": "registry"}]
    assert auditor["env"] == [{"name": "AWS_REGION", "value": "eu-central-1"}]
    assert auditor["tolerations"] == [{"key": "batch", "operator": "Exists"}]
    assert config["slackAPIURL"] == "https://slack.example.com/api/"
    assert config["reportURLTemplate"].endswith("prefix={key}")


def test_a_change_of_the_configuration_restarts_the_operator(render: Render, one: One) -> None:
    def checksum(**values: Any) -> str:
        template = one(render(**values), "Deployment")["spec"]["template"]
        return template["metadata"]["annotations"]["checksum/config"]

    assert checksum() == checksum()
    assert checksum() != checksum(reportURLTemplate="https://example.com/{key}")


def test_there_is_one_operator_at_a_time(render: Render, one: One) -> None:
    spec = one(render(), "Deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()


def test_the_probes_ask_where_the_operator_answers(render: Render, one: One) -> None:
    (container,) = one(render(), "Deployment")["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}

    def asked(probe: str) -> tuple[int, str]:
        get = container[probe]["httpGet"]
        return ports[get["port"]], get["path"]

    assert asked("livenessProbe") == asked("startupProbe") == (8080, "/healthz")
    assert asked("readinessProbe") == (8081, "/readyz")


def test_the_configuration_is_mounted_where_the_operator_looks(render: Render, one: One) -> None:
    pod = one(render(), "Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    environment = {variable["name"]: variable["value"] for variable in container["env"]}
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert environment["NIGHTAUDIT_CONFIG"] == f"{mounts['config']}/config.json"
    assert {"name": "config", "configMap": {"name": "nightaudit-operator"}} in pod["volumes"]


def test_an_image_digest_wins_over_the_tag(render: Render, one: One) -> None:
    (container,) = one(render(FULL), "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["image"].startswith("registry.example.com/nightaudit/operator@sha256:0123")


def test_the_example_in_the_notes_is_a_valid_schedule() -> None:
    notes = (CHART / "templates" / "NOTES.txt").read_text()
    (example,) = re.findall(r"<<EOF\n(.*?)\n  EOF", notes, re.DOTALL)
    assert validate(yaml.safe_load(example)) == []


def test_scheduling_values_reach_the_pod(render: Render, one: One) -> None:
    template = one(render(FULL), "Deployment")["spec"]["template"]
    pod = template["spec"]
    assert pod["nodeSelector"] == {"kubernetes.io/os": "linux"}
    assert pod["tolerations"] == [{"key": "spot", "operator": "Exists"}]
    assert "nodeAffinity" in pod["affinity"]
    assert pod["priorityClassName"] == "system-cluster-critical"
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert template["metadata"]["labels"]["cost"] == "audit"
    assert template["metadata"]["annotations"]["example.com/a"] == "b"
