"""The CRDs in the chart are the CRDs of the project, upgraded with the release and kept when it goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[3]
SOURCES = sorted((REPOSITORY / "crds").glob("*.yaml"))
COPIES = REPOSITORY / "deploy" / "helm" / "nightaudit" / "files" / "crds"


def test_the_copies_are_equal_to_the_last_byte() -> None:
    assert [path.name for path in sorted(COPIES.iterdir())] == [path.name for path in SOURCES]
    for path in SOURCES:
        assert (COPIES / path.name).read_bytes() == path.read_bytes(), (
            "cp crds/*.yaml deploy/helm/nightaudit/files/crds/"
        )


def test_rendering_changes_nothing_in_them(render: Callable[..., list[dict[str, Any]]]) -> None:
    rendered = [item for item in render() if item["kind"] == "CustomResourceDefinition"]
    specs = {item["metadata"]["name"]: item["spec"] for item in rendered}
    sources = [yaml.safe_load(path.read_text()) for path in SOURCES]
    assert specs == {source["metadata"]["name"]: source["spec"] for source in sources}


def test_they_are_kept_when_the_release_goes_unless_told_otherwise(render: Callable[..., list[dict[str, Any]]]) -> None:
    def annotations(**values: Any) -> list[dict[str, str] | None]:
        crds = [item for item in render(**values) if item["kind"] == "CustomResourceDefinition"]
        return [item["metadata"].get("annotations") for item in crds]

    assert annotations() == [{"helm.sh/resource-policy": "keep"}] * 3
    assert annotations(**{"crds.keep": False}) == [None] * 3
    assert annotations(**{"crds.enabled": False}) == []
