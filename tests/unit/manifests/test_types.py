"""The types say what the CRDs say: the same fields and the same defaults."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from nightaudit_auditor.manifests.crds import definition
from nightaudit_auditor.manifests.types import AuditException, AuditSchedule

# Fields that are the operator's business: the auditor's types leave them out.
OPERATORS = {"spec.resources"}


def typed_fields(struct: type[msgspec.Struct], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        here = f"{path}.{field.encode_name}"
        found[here] = field.default
        for inner in (field.type, *get_args(field.type)):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                found |= typed_fields(inner, here)
    return found


def schema_fields(schema: dict[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}"
        if here in OPERATORS:
            continue
        found |= {
            here: field.get("default"),
            **schema_fields(field, here),
            **schema_fields(field.get("items", {}), here),
        }
    return found


@pytest.mark.parametrize("kind", [AuditSchedule, AuditException], ids=lambda kind: kind.__name__)
def test_the_fields_are_the_same(kind: type[AuditSchedule | AuditException]) -> None:
    spec = definition(kind.__name__).schema["properties"]["spec"]
    struct = next(field.type for field in msgspec.structs.fields(kind) if field.name == "spec")
    assert typed_fields(struct, "spec").keys() == schema_fields(spec, "spec").keys()


@pytest.mark.parametrize("kind", [AuditSchedule, AuditException], ids=lambda kind: kind.__name__)
def test_what_the_api_server_fills_in_the_reader_fills_in_too(kind: type[AuditSchedule | AuditException]) -> None:
    spec = definition(kind.__name__).schema["properties"]["spec"]
    struct = next(field.type for field in msgspec.structs.fields(kind) if field.name == "spec")
    typed = typed_fields(struct, "spec")
    defaults = {path: value for path, value in schema_fields(spec, "spec").items() if value is not None}
    assert {path: typed[path] for path in defaults} == defaults
