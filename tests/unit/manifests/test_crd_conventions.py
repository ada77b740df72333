"""The CRDs keep the Kubernetes API conventions (sig-architecture/api-conventions.md), and explain themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

CRDS = sorted((Path(__file__).parents[3] / "crds").glob("*.yaml"))


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())


def breaches(node: dict[str, Any], path: str = "", *, described: bool = True) -> Iterator[str]:
    """Each breach of a convention at or below a node of a structural schema."""
    leaf = path.rsplit(".", 1)[-1].removesuffix("[]")
    top = path in {".apiVersion", ".kind"}
    if described and not node.get("description"):
        yield f"{path}: no description"
    if node.get("description") and not re.search(r"\.['\"]?$", node["description"]):
        yield f"{path}: the description is not a sentence"
    if node.get("x-kubernetes-preserve-unknown-fields") or node.get("nullable"):
        yield f"{path}: takes anything, or null"
    kind = node.get("type")
    if kind == "string" and not top and "enum" not in node and "maxLength" not in node:
        yield f"{path}: a string without maxLength"
    if kind == "array":
        if "maxItems" not in node or "x-kubernetes-list-type" not in node:
            yield f"{path}: a list without maxItems or list type"
        yield from breaches(node["items"], f"{path}[]", described=node["items"].get("type") == "object")
        if any("default" in field for field in node["items"].get("properties", {}).values()):
            yield f"{path}: a default inside a list item, which Argo CD sees as drift"
    if kind == "integer" and not {"format", "minimum"} <= node.keys():
        yield f"{path}: an integer without format or minimum"
    if kind == "integer" and node.get("format") == "int32" and "maximum" not in node:
        yield f"{path}: an integer without maximum"
    if kind == "number":
        yield f"{path}: a float"
    if kind == "object" and "additionalProperties" in node:
        if "maxProperties" not in node:
            yield f"{path}: a map without maxProperties"
        yield from breaches(node["additionalProperties"], f"{path}{{}}", described=False)
    yield from (f"{path}: enum {value!r} is not CamelCase" for value in node.get("enum", []) if not value[0].isupper())
    if leaf == "phase" or leaf.endswith(("Timestamp", "Stamp")):
        yield f"{path}: conditions instead of phase, fooTime instead of fooTimestamp"
    if leaf.endswith("Time") and node.get("format") != "date-time":
        yield f"{path}: a time without format date-time"
    pattern = node.get("pattern", "^$")
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield f"{path}: a pattern that is not anchored"
    for rule in node.get("x-kubernetes-validations", []):
        if not re.search(r"\bmust\b", rule.get("message", "")):
            yield f"{path}: a rule without a message that says what must be"
    for name, field in node.get("properties", {}).items():
        # The API server refuses a description of metadata: ObjectMeta brings its own.
        if (path, name) != ("", "metadata"):
            yield from breaches(field, f"{path}.{name}")


def test_there_is_a_crd_for_each_kind() -> None:
    assert [load(path)["spec"]["names"]["kind"] for path in CRDS] == ["AuditException", "AuditRun", "AuditSchedule"]


@pytest.mark.parametrize("path", CRDS, ids=lambda path: path.stem)
class TestConventions:
    def test_every_field_is_described_and_bounded(self, path: Path) -> None:
        (version,) = load(path)["spec"]["versions"]
        assert list(breaches(version["schema"]["openAPIV3Schema"])) == []

    def test_status_is_a_subresource_with_conditions_and_observed_generation(self, path: Path) -> None:
        (version,) = load(path)["spec"]["versions"]
        status = version["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"]
        assert version["subresources"] == {"status": {}}
        assert status["conditions"]["x-kubernetes-list-map-keys"] == ["type"]
        assert "observedGeneration" in status

    def test_columns_and_selectable_fields_name_fields_that_exist(self, path: Path) -> None:
        (version,) = load(path)["spec"]["versions"]
        schema = version["schema"]["openAPIV3Schema"]
        columns = [column["jsonPath"] for column in version["additionalPrinterColumns"]]
        for json_path in [*columns, *(field["jsonPath"] for field in version["selectableFields"])]:
            if json_path == ".metadata.creationTimestamp" or "conditions[?" in json_path:
                continue
            node = schema
            for name in json_path.removeprefix(".").split("."):
                node = node["properties"][name]
        assert len(version["selectableFields"]) <= 8

    def test_belongs_to_the_category_and_has_a_short_name(self, path: Path) -> None:
        names = load(path)["spec"]["names"]
        assert names["categories"] == ["nightaudit"]
        assert len(names["shortNames"]) == 1

    def test_is_plain_yaml_without_anchors(self, path: Path) -> None:
        assert not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(path.read_text()))


def test_the_lint_sees_what_it_looks_for() -> None:
    node = {
        "type": "object",
        "description": "A thing.",
        "properties": {
            "phase": {"type": "string", "enum": ["running"]},
            "bootTime": {"type": "string", "description": "When.", "pattern": "x"},
            "sizes": {"type": "array", "description": "no sentence", "items": {"type": "number"}},
            "tags": {"type": "object", "description": "Tags.", "additionalProperties": {"type": "string"}},
            "count": {"type": "integer", "description": "How many."},
        },
    }
    text = "\n".join(breaches(node))
    for needle in (
        "phase: no description", "'running' is not CamelCase", "conditions instead of phase",
        "bootTime: a string without maxLength", "without format date-time", "not anchored",
        "sizes: the description is not a sentence", "without maxItems", "sizes[]: a float",
        "without maxProperties", "count: an integer without format",
    ):  # fmt: skip
        assert needle in text
