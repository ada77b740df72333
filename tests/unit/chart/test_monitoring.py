"""Alerts and dashboard ask for metrics that the operator has; all of it is off until asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.metrics import Metrics

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit"
FULL = CHART / "ci" / "full-values.yaml"
RULES = [
    rule for group in yaml.safe_load((CHART / "files" / "rules.yaml").read_text())["groups"] for rule in group["rules"]
]
PANELS = json.loads((CHART / "files" / "dashboard.json").read_text())["panels"]

Render = Callable[..., list[dict[str, Any]]]
One = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def exported() -> set[str]:
    """The names of the operator's series, those of a histogram included."""
    names = set()
    for family in Metrics(Cache()).registry.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
        names |= {family.name + ending for ending in endings}
    return names


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_asks_for_metrics_that_exist_and_says_what_to_do(rule: dict[str, Any], exported: set[str]) -> None:
    asked = set(re.findall(r"nightaudit_\w+", rule["expr"]))
    assert asked
    assert asked <= exported
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert {"summary", "description"} <= rule["annotations"].keys()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_each_panel_asks_for_metrics_that_exist(panel: dict[str, Any], exported: set[str]) -> None:
    asked = {name for target in panel["targets"] for name in re.findall(r"nightaudit_\w+", target["expr"])}
    assert asked
    assert asked <= exported


def test_panels_do_not_overlap() -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23


def test_nothing_of_it_is_there_by_default(render: Render) -> None:
    kinds = {item["kind"] for item in render()}
    assert not kinds & {"PodMonitor", "PrometheusRule"}
    assert not [item for item in render() if item["metadata"]["name"].endswith("-dashboard")]


def test_switched_on_it_selects_the_operator_and_carries_the_labels_asked_for(render: Render, one: One) -> None:
    manifests = render(FULL)
    monitor = one(manifests, "PodMonitor")
    template = one(manifests, "Deployment")["spec"]["template"]
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
    (container,) = template["spec"]["containers"]
    assert endpoint["port"] in {port["name"] for port in container["ports"]}
    assert endpoint["honorLabels"] is True
    assert one(manifests, "PrometheusRule")["spec"]["groups"][0]["rules"] == RULES
    dashboard = one(manifests, "ConfigMap", "nightaudit-operator-dashboard")
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert json.loads(dashboard["data"]["nightaudit.json"])["panels"] == PANELS
