"""What the chart renders is what the operator reads; what its monitoring asks for is what the operator tells; and the
pods that follow from it are those that its policies select."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.cluster import binaries
from nightaudit_auditor.cli.inputs import SLACK_API_URL
from nightaudit_auditor.manifests.crds import KINDS, definition
from nightaudit_operator.api.config import Config, read
from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.metrics import Metrics
from nightaudit_operator.plan import cronjob

from .conftest import ROOT, Json, World

CHART = ROOT / "deploy" / "helm" / "nightaudit"
VALUES = [None, *sorted((CHART / "ci").glob("*.yaml"))]


@pytest.fixture(scope="module", params=VALUES, ids=lambda path: path.stem if path else "defaults")
def rendered(request: pytest.FixtureRequest) -> list[Json]:
    """The release's objects, as the Helm that HELM names (else the cluster's) renders them."""
    program = os.environ.get("HELM") or str(binaries.build().helm)
    arguments = ["template", "nightaudit", str(CHART), "--namespace=security", "--kube-version=1.35.0"]
    if request.param:
        arguments.append(f"--values={request.param}")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=True)
    return [item for item in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if item]


@pytest.fixture
def config(rendered: list[Json], tmp_path: Path) -> Config:
    (text,) = (item["data"]["config.json"] for item in rendered if "config.json" in item.get("data", {}))
    path = tmp_path / "config.json"
    path.write_text(text)
    return read(path)


@pytest.fixture(scope="module")
def exported() -> set[str]:
    """The names of the operator's series, those of a histogram included."""
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
    families = Metrics(Cache()).registry.collect()
    return {family.name + ending for family in families for ending in endings.get(family.type, [""])}


def pod_template(config: Config, world: World) -> Any:
    schedule = world.schedule(world.manifest("schedule-full"))
    assert schedule.spec is not None
    made: Any = cronjob.manifest(config, schedule, schedule.spec, "nightly-0")
    return made["spec"]["jobTemplate"]["spec"]["template"]


def of_kind(rendered: list[Json], kind: str) -> Iterator[Json]:
    return (item for item in rendered if item["kind"] == kind)


def test_the_operator_accepts_its_configuration(config: Config, rendered: list[Json]) -> None:
    accounts = {(i["metadata"]["namespace"], i["metadata"]["name"]) for i in of_kind(rendered, "ServiceAccount")}
    assert {(namespace, config.auditor.service_account_name) for namespace in config.namespaces} <= accounts


def test_the_network_policy_of_the_auditors_selects_the_pods_that_the_operator_makes(
    config: Config, rendered: list[Json], world: World
) -> None:
    labels = pod_template(config, world)["metadata"]["labels"]
    name = config.auditor.service_account_name
    policies = [item for item in of_kind(rendered, "NetworkPolicy") if item["metadata"]["name"] == name]
    assert {item["metadata"]["namespace"] for item in policies} == ({*config.namespaces} if policies else set())
    for policy in policies:
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()


def test_the_chart_brings_the_crds_that_the_auditor_validates_against(rendered: list[Json]) -> None:
    found = {
        item["spec"]["names"]["kind"]: item["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for item in of_kind(rendered, "CustomResourceDefinition")
    }
    assert not found or found == {kind: definition(kind).schema for kind in KINDS}


def test_by_default_both_mean_the_same_slack() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert values["slack"]["apiURL"] == SLACK_API_URL


@pytest.mark.parametrize("file", ["rules.yaml", "dashboard.json"])
def test_the_monitoring_asks_for_series_that_the_operator_has(file: str, exported: set[str]) -> None:
    text = (CHART / "files" / file).read_text()
    expressions = re.findall(
        r'expr"?: "?(.*)', text if file.endswith("yaml") else json.dumps(json.loads(text), indent=1)
    )
    asked = {name for expression in expressions for name in re.findall(r"\bnightaudit_\w+", expression)}
    assert asked
    assert asked <= exported
