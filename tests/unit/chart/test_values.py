"""The values: each is commented, known to the schema, and nothing else is accepted."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit"
VALUES = (CHART / "values.yaml").read_text()
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
SETS = sorted((CHART / "ci").glob("*.yaml"))


def paths(values: dict[str, Any], schema: dict[str, Any], path: str = "") -> Iterator[str]:
    """Each value, down to where the schema no longer names the fields."""
    for name, value in values.items():
        here = f"{path}.{name}".removeprefix(".")
        field = schema["properties"].get(name)
        if field is None:
            yield f"{here} is not in the schema"
        elif isinstance(value, dict) and "properties" in field:
            yield from paths(value, field, here)
    missing = schema["properties"].keys() - values.keys() - ({"global"} if not path else set())
    yield from (f"{path}.{name} is not in values.yaml" for name in missing)


def test_every_value_is_in_the_schema_and_every_field_of_the_schema_has_a_default() -> None:
    assert list(paths(yaml.safe_load(VALUES), SCHEMA)) == []


def test_every_value_is_commented() -> None:
    bare = []
    lines = VALUES.splitlines()
    for above, line in itertools.pairwise(lines):
        leaf = re.match(r" *[A-Za-z]+: +\S", line)
        inside_of_a_commented_value = re.match(r" +(requests|limits|grafana_dashboard): ", line)
        if leaf and not inside_of_a_commented_value and not above.lstrip().startswith("#"):
            bare.append(line.strip())
    assert bare == []


def test_the_schema_closes_every_object_but_those_that_are_kubernetes_own() -> None:
    def open_objects(node: Any, path: str) -> Iterator[str]:
        if isinstance(node, dict):
            if node.get("type") == "object" and "additionalProperties" not in node:
                yield path
            for key, inner in node.items():
                yield from open_objects(inner, f"{path}/{key}")

    own = {"tolerations/items", "affinity", "networkPolicyPeer", "egressRule"}
    assert set(open_objects(SCHEMA, "")) == {f"/definitions/{name}" for name in own} | {"/properties/global"}


@pytest.mark.parametrize("file", [None, *SETS], ids=lambda path: path.stem if path else "defaults")
def test_lints_strictly(file: Path | None, helm: Callable[..., Any]) -> None:
    done = helm("lint", "--strict", str(CHART), *([f"--values={file}"] if file else []))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", SETS, ids=lambda path: path.stem)
def test_renders_each_set_of_values(file: Path, render: Callable[..., list[dict[str, Any]]]) -> None:
    names = [(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]) for item in render(file)]
    assert len(names) == len(set(names))
    assert "Deployment" in {kind for kind, *_ in names}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("typo=1", "additional properties 'typo' not allowed"),
        ("operator.replicas=2", "additional properties 'replicas' not allowed"),
        ("auditor.serviceAccount.create=true", "additional properties 'create' not allowed"),
        ('image.auditor.registry="x"', "additional properties 'registry' not allowed"),
        ('image.auditor.digest="latest"', "at '/image/auditor/digest'"),
        ('tenants=[{"namespace":"a"}]', "missing property 'allowedBuckets'"),
        ('tenants=[{"namespace":"a","allowedBuckets":[]}]', "at '/tenants/0/allowedBuckets'"),
        ('tenants=[{"namespace":"A","allowedBuckets":["b"]}]', "at '/tenants/0/namespace'"),
        ('tenants=[{"namespace":"a","allowedBuckets":["b"],"allowedRoles":[]}]', "'allowedRoles' not allowed"),
        ('auditor.env=[{"name":"A","valueFrom":{}}]', "additional properties 'valueFrom' not allowed"),
        ('auditor.env=[{"name":"NIGHTAUDIT_TOKEN_DIR","value":"/"}]', "at '/auditor/env/0/name'"),
        ('auditor.env=[{"name":"HOME","value":"/"}]', "at '/auditor/env/0/name'"),
        ('slack.apiURL="slack.com"', "at '/slack/apiURL'"),
        ('reportURLTemplate="https://x/{object}"', "at '/reportURLTemplate'"),
        ('exceptionPolicy.maxDays="365"', "at '/exceptionPolicy/maxDays'"),
        ("watchReleaseNamespace=false", "there is no namespace to watch"),
        ('tenants=[{"namespace":"security","allowedBuckets":["b"]}]', "security is the release's namespace"),
        (
            'tenants=[{"namespace":"a","allowedBuckets":["b"]},{"namespace":"a","allowedBuckets":["c"]}]',
            "the namespace a is listed twice",
        ),
    ],
)
def test_refuses_what_cannot_be_meant(value: str, message: str, refusal: Callable[..., str]) -> None:
    assert message in refusal(value)


def test_refuses_a_kubernetes_that_is_too_old(helm: Callable[..., Any]) -> None:
    done = helm("template", "nightaudit", str(CHART), "--kube-version=1.31.9")
    assert "chart requires kubeVersion: >=1.32.0-0" in done.stderr
