"""The CRDs of the API: the one source of truth of what a manifest may say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

KINDS = ("AuditSchedule", "AuditException", "AuditRun")

_INSTALLED = Path(__file__).parent / "crds"
_CHECKOUT = Path(__file__).parents[3] / "crds"


@dataclass(frozen=True)
class Definition:
    """A kind of the API: `schema` is its structural OpenAPI v3 schema, Kubernetes' extensions included."""

    kind: str
    api_version: str
    schema: Mapping[str, Any]


def crds_folder(candidates: tuple[Path, ...] = (_INSTALLED, _CHECKOUT)) -> Path:
    """Where the CRDs are: inside the installed package, or in the checkout of an editable installation.

    Raises FileNotFoundError when they are in neither.
    """
    for folder in candidates:
        if folder.is_dir():
            return folder
    looked = " or ".join(map(str, candidates))
    raise FileNotFoundError(f"the CRDs are not in {looked}: this installation is incomplete, install nightaudit again")


@cache
def definition(kind: str) -> Definition:
    """The definition of one of KINDS; KeyError for another kind."""
    return _definitions()[kind]


@cache
def _definitions() -> Mapping[str, Definition]:
    found: dict[str, Definition] = {}
    for path in sorted(crds_folder().glob("*.yaml")):
        spec = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["spec"]
        (version,) = spec["versions"]
        kind = spec["names"]["kind"]
        schema = version["schema"]["openAPIV3Schema"]
        found[kind] = Definition(kind=kind, api_version=f"{spec['group']}/{version['name']}", schema=schema)
    return found
