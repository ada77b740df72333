"""Helm, and the chart as it renders it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.cluster import binaries

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "nightaudit"

Manifest = dict[str, Any]
Render = Callable[..., list[Manifest]]


@pytest.fixture(scope="session")
def helm() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Helm: the one that HELM names, else the cluster's."""
    program = os.environ.get("HELM") or str(binaries.build().helm)

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *args], capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture(scope="session")
def render(helm: Callable[..., subprocess.CompletedProcess[str]]) -> Render:
    """The objects of the release `nightaudit` in the namespace `security`; the values are given as keywords or a file."""

    @cache
    def rendered(*args: str) -> tuple[Manifest, ...]:
        done = helm("template", "nightaudit", str(CHART), "--namespace=security", "--kube-version=1.35.0", *args)
        assert done.returncode == 0, done.stderr
        return tuple(item for item in yaml.load_all(done.stdout, Loader=yaml.CSafeLoader) if item)

    def run(file: Path | None = None, **values: Any) -> list[Manifest]:
        sets = [f"--set-json={name}={json.dumps(value)}" for name, value in values.items()]
        return list(rendered(*([f"--values={file}"] if file else []), *sets))

    return run


@pytest.fixture(scope="session")
def refusal(helm: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[..., str]:
    """What Helm says against values, given as `path=JSON`."""

    def run(*sets: str) -> str:
        args = [f"--set-json={one}" for one in sets]
        done = helm("template", "nightaudit", str(CHART), "--namespace=security", "--kube-version=1.35.0", *args)
        assert done.returncode != 0, "accepted"
        return done.stderr

    return run


def pick(manifests: list[Manifest], kind: str, name: str = "", namespace: str = "") -> list[Manifest]:
    """The objects of a kind, by name and namespace if given."""
    return [
        item
        for item in manifests
        if item["kind"] == kind
        and (not name or item["metadata"]["name"] == name)
        and (not namespace or item["metadata"].get("namespace") == namespace)
    ]


@pytest.fixture(scope="session")
def one() -> Callable[..., Manifest]:
    """The one object of a kind (by name and namespace if given)."""

    def run(manifests: list[Manifest], kind: str, name: str = "", namespace: str = "") -> Manifest:
        (found,) = pick(manifests, kind, name, namespace)
        return found

    return run
