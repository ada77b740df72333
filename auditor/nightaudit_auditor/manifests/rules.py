"""A CRD's CEL rules (`x-kubernetes-validations`), executed offline by the runtime that Kubernetes' dialect comes from."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings

from nightaudit_auditor.manifests.crds import definition
from nightaudit_auditor.manifests.problems import Problem
from nightaudit_auditor.manifests.schema import Path, text_of


def rule_problems(kind: str, body: Mapping[str, Any]) -> list[Problem]:
    """What the CEL rules of `kind` refuse in `body`, with the very messages of the API server.

    Rules about a change (they name `oldSelf`) are not asked: a file has no earlier state. `body` must satisfy the schema as
    far as `schema.BLOCKING` goes.
    """
    return list(_walk(definition(kind).schema, _decoded(body), ()))


def _decoded(value: Any) -> Any:
    """The value as Kubernetes' decoder of JSON (sigs.k8s.io/json) hands it to CEL: a whole number that 64 bits do not hold is a float."""
    if isinstance(value, dict):
        return {name: _decoded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return math.inf if value > sys.float_info.max else -math.inf if value < -sys.float_info.max else float(value)
    return value


def _walk(schema: Mapping[str, Any], value: Any, path: Path) -> Iterator[Problem]:
    for rule in schema.get("x-kubernetes-validations", ()):
        if "oldSelf" not in rule["rule"]:
            yield from _asked(rule, value, path)
    if isinstance(value, dict):
        fields, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            inner = fields.get(name, others)
            if isinstance(inner, dict):
                yield from _walk(inner, item, (*path, name))
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _walk(schema["items"], item, (*path, index))


def _asked(rule: Mapping[str, str], value: Any, path: Path) -> Iterator[Problem]:
    where = text_of(path) + rule.get("fieldPath", "")
    answer = _program(rule["rule"]).eval(data={"self": value})
    if answer.type() == cel.Type.ERROR:
        yield Problem(where, f"the rule {rule['rule']!r} cannot be evaluated: {answer.value()}")
    elif answer.plain_value() is not True:
        yield Problem(where.removeprefix("."), rule["message"])


@cache
def _program(rule: str) -> Any:
    return _environment().compile(rule)


@cache
def _environment() -> Any:
    return cel.NewEnv(variables={"self": cel.Type.DYN}, extensions=[ext_strings.ExtStrings()])
