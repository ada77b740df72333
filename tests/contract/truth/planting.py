"""Finds the worlds and plants them, and asks whether the stand-in really lacks what they say that it lacks."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from types import ModuleType
from typing import Any

from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from tests.contract.truth import worlds
from tests.contract.truth.place import Place

MODULES: dict[str, ModuleType] = {
    found.name: import_module(f"{worlds.__name__}.{found.name}") for found in pkgutil.iter_modules(worlds.__path__)
}
LACKS: dict[str, str] = {
    check: why for module in MODULES.values() for check, why in getattr(module, "LACKS", {}).items()
}
"""Check → what the stand-in lacks to show it."""
_OPERATION = re.compile(r"(?P<service>[a-z0-9-]+)\.(?P<operation>[A-Z]\w+)\b")
_SAYS_SO = ("InvalidAction", "UnknownOperationException")


def plant_all(at: Place) -> None:
    """Every world, in the order of the names."""
    for name in sorted(MODULES):
        MODULES[name].plant(at)


def missing_operation(why: str) -> tuple[str, str] | None:
    """The `service.Operation` with which the sentence begins, by boto3's name of the service."""
    found = _OPERATION.match(why)
    return (found["service"], found["operation"]) if found else None


def is_implemented(at: Place, service: str, operation: str) -> bool:
    """Whether the stand-in knows the operation: it may well refuse the made-up parameters."""
    client = at.client(service)
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
    try:
        getattr(client, method)(**(_made_up(model.input_shape) if model.input_shape else {}))
    except ClientError as error:
        return error.response["Error"]["Code"] not in _SAYS_SO
    return True


def _made_up(shape: Shape) -> Any:
    """The least that botocore accepts for a parameter."""
    if isinstance(shape, StructureShape):
        members = {name: _made_up(shape.members[name]) for name in shape.required_members}
        if getattr(shape, "is_tagged_union", False) and not members:
            first = next(iter(shape.members))
            return {first: _made_up(shape.members[first])}
        return members
    if isinstance(shape, ListShape):
        return [_made_up(shape.member)] * int(shape.metadata.get("min", 0))
    if isinstance(shape, MapShape):
        return {}
    plain: dict[str, Any] = {
        "boolean": False, "integer": 1, "long": 1, "float": 1.0, "double": 1.0, "timestamp": "2026-01-01T00:00:00Z",
        "blob": b"x",
    }  # fmt: skip
    if shape.type_name == "string":
        return next(iter(getattr(shape, "enum", None) or ["x" * max(1, int(shape.metadata.get("min", 1)))]))
    return plain[shape.type_name]
