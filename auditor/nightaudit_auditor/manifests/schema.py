"""A CRD's structural schema, offline: jsonschema with what Kubernetes adds (closed objects, list types, its formats)."""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jsonschema import Draft7Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from nightaudit_auditor.manifests.crds import definition
from nightaudit_auditor.manifests.problems import Problem

Path = tuple[str | int, ...]

_LABEL_VALUE = r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"
_QUALIFIED_NAME = r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
_SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
# ObjectMeta (k8s.io/apimachinery, meta/v1): the fields that users write are checked, those of the server let through.
_METADATA: Mapping[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 253, "pattern": _SUBDOMAIN},
        "namespace": {"type": "string", "maxLength": 63, "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": _QUALIFIED_NAME},
            "additionalProperties": {"type": "string", "maxLength": 63, "pattern": _LABEL_VALUE},
        },
        "annotations": {
            "type": "object",
            "propertyNames": {"pattern": _QUALIFIED_NAME},
            "additionalProperties": {"type": "string"},
        },
        **{
            field: {}
            for field in (
                "uid", "generation", "resourceVersion", "creationTimestamp", "deletionTimestamp", "generateName",
                "deletionGracePeriodSeconds", "managedFields", "ownerReferences", "finalizers", "selfLink",
            )
        },
    },
}  # fmt: skip

# After one of these Kubernetes does not go on to the CEL rules: their terms may not be there, or be of another type.
BLOCKING = frozenset({"type", "required", "maxLength", "maxItems"})


def schema_problems(kind: str, body: Mapping[str, Any]) -> tuple[list[Problem], bool]:
    """What the schema of `kind` (one of `crds.KINDS`) refuses in `body`, and whether that keeps CEL rules from being asked."""
    errors = sorted(_validator(kind).iter_errors(body), key=lambda error: [str(part) for part in error.absolute_path])
    problems = [problem for error in errors for problem in _problems(error)]
    return problems, any(error.validator in BLOCKING for error in errors)


def text_of(path: Iterable[str | int]) -> str:
    """A path as Kubernetes writes it: `spec.accounts[0].roleARN`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


@cache
def _validator(kind: str) -> Validator:
    schema = _closed(definition(kind).schema)
    schema["properties"] = {**schema["properties"], "metadata": _closed(_METADATA)}
    schema["required"] = ["apiVersion", "kind", "metadata", *schema["required"]]
    keywords = {"pattern": _pattern, "x-kubernetes-list-map-keys": _list_map, "x-kubernetes-list-type": _list_set}
    checked: type[Validator] = extend(Draft7Validator, keywords)  # type: ignore[no-untyped-call]
    return checked(schema, format_checker=_formats())


def _closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with unknown fields refused, as the API server does with `fieldValidation=Strict`, kubectl's default."""
    closed = dict(schema)
    if "properties" in closed:
        closed["properties"] = {name: _closed(field) for name, field in closed["properties"].items()}
        closed["additionalProperties"] = False
    elif isinstance(closed.get("additionalProperties"), dict):
        closed["additionalProperties"] = _closed(closed["additionalProperties"])
    if "items" in closed:
        closed["items"] = _closed(closed["items"])
    if closed.get("x-kubernetes-int-or-string"):
        closed["type"] = ["integer", "string"]
    return closed


def _pattern(_: Validator, pattern: str, value: object, __: Mapping[str, Any]) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _go_pattern(pattern).search(value):
        yield ValidationError(f"must match '{pattern}'")


@cache
def _go_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern as Go's RE2 reads it: classes are ASCII, and `$` is the end of the text, not the place before a newline."""
    return re.compile(re.sub(r"\$$", r"\\Z", pattern), re.ASCII)


def _list_map(_: Validator, keys: list[str], items: object, __: Mapping[str, Any]) -> Iterator[ValidationError]:
    if isinstance(items, list):
        yield from _twins(items, lambda item: {key: item.get(key) for key in keys} if isinstance(item, dict) else item)


def _list_set(_: Validator, kind: str, items: object, __: Mapping[str, Any]) -> Iterator[ValidationError]:
    if kind == "set" and isinstance(items, list):
        yield from _twins(items, lambda item: item)


def _twins(items: list[Any], identity: Callable[[Any], Any]) -> Iterator[ValidationError]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        key = json.dumps(identity(item), sort_keys=True)
        if key in seen:
            yield ValidationError(f"Duplicate value: {key}: each may be listed once, remove one", path=[index])
        seen.add(key)


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("cidr")(_is_cidr)
    checker.checks("date-time")(_is_date_time)
    return checker


def _is_cidr(value: object) -> bool:
    """As Go's net.ParseCIDR judges, which the API server asks; unlike Python's it takes neither a mask nor a zone."""
    if not isinstance(value, str):
        return True
    address, slash, length = value.partition("/")
    if not slash or "%" in address or not (length.isascii() and length.isdigit()):
        return False
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _RFC3339.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value).upper())
    except ValueError:
        return False
    return True


def _problems(error: ValidationError) -> Iterator[Problem]:
    path: Path = tuple(error.absolute_path)
    instance: Any = error.instance
    schema: Any = error.schema
    if error.validator == "required":
        yield from (Problem(text_of((*path, name)), "is required") for name in _missing(error))
    elif error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in sorted(set(instance) - set(known), key=str):
            nearest = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"known here: {', '.join(sorted(known))}"
            yield Problem(text_of((*path, str(name))), f"unknown field; {hint}")
    else:
        yield Problem(text_of(path), _message(error))


def _missing(error: ValidationError) -> list[str]:
    # jsonschema reports each missing name as an error of its own; only its text says which.
    names: Any = error.validator_value
    return [name for name in names if error.message.startswith(f"{name!r} ")]


_TYPES = {"cidr": "cidr, such as 203.0.113.0/24", "date-time": "date-time, such as 2027-03-31T00:00:00Z"}


def _message(error: ValidationError) -> str:
    limit: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "type":
            kinds = limit if isinstance(limit, list) else [limit]
            return f"must be of type {' or '.join(kinds)}" + (_quote_hint(error.instance) if "string" in kinds else "")
        case "enum":
            return "must be one of " + ", ".join(json.dumps(value) for value in limit)
        case "format":
            return f"must be of type {_TYPES[limit]}"
        case "minLength":
            return f"must be at least {limit} characters long" if limit != 1 else "must not be empty"
        case "maxLength":
            return f"must not be longer than {limit} characters"
        case "minItems" | "minProperties":
            return f"must have at least {limit} {'items' if error.validator == 'minItems' else 'properties'}"
        case "maxItems" | "maxProperties":
            return f"must have at most {limit} {'items' if error.validator == 'maxItems' else 'properties'}"
        case "minimum":
            return f"must be greater than or equal to {limit}"
        case "maximum":
            return f"must be less than or equal to {limit}"
    described = schema.get("description", "") if error.validator == "pattern" else ""
    key = f"the key {error.instance!r} " if "propertyNames" in error.absolute_schema_path else ""
    return f"{key}{error.message}{': ' + described if described else ''}"


def _quote_hint(value: object) -> str:
    return ": put it in quotes" if isinstance(value, (int, float, bool)) else ""
