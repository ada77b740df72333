"""Policy documents as AWS accepts them (IAM User Guide, "Grammar of the IAM JSON policy language")."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nightaudit_auditor.snapshot import without_halves

VARIABLES = "2012-10-17"
"""The version from which on `${…}` is a variable; in older documents it is text."""

_ELEMENTS = frozenset(
    {"sid", "effect", "principal", "notprincipal", "action", "notaction", "resource", "notresource", "condition"}
)
_PRINCIPAL_TYPES = {"aws": "AWS", "service": "Service", "federated": "Federated", "canonicaluser": "CanonicalUser"}
_BASE_OPERATORS = (
    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
    "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
    "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
    "DateGreaterThanEquals", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "ArnEquals", "ArnNotEquals", "ArnLike",
    "ArnNotLike", "Null",
)  # fmt: skip
_OPERATORS = {operator.lower(): operator for operator in _BASE_OPERATORS}
_SETS = {"foranyvalue": "ForAnyValue", "forallvalues": "ForAllValues"}


class PolicyError(ValueError):
    """Nothing can be said of what the document grants: AWS would not accept it, or it is not in the answer of `operation`."""

    def __init__(self, reason: str, operation: str = "") -> None:
        super().__init__(reason)
        self.operation = operation

    @property
    def told(self) -> str:
        """What is wrong, with what it is about."""
        return str(self) if self.operation else f"malformed policy: {self}"


@dataclass(frozen=True)
class Condition:
    """One key of one operator: `values` are alternatives. `key` is in lower case, because AWS compares it so."""

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False

    @property
    def negated(self) -> bool:
        """True for the Not… operators: they match what is not among the values, a missing key too."""
        return "Not" in self.operator


@dataclass(frozen=True)
class Principal:
    """`type` is AWS, Service, Federated or CanonicalUser; `id` is `*`, an ARN, an account id, a service or a provider."""

    type: str
    id: str


@dataclass(frozen=True)
class Statement:
    """One statement; of each pair (actions, not_actions) … at most one is set. None: the element is not there."""

    allow: bool
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    principals: tuple[Principal, ...] | None = None
    not_principals: tuple[Principal, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    sid: str = ""
    variables: bool = False

    @cached_property
    def _by_service(self) -> dict[str, list[str]]:
        """The patterns of Action or NotAction by their service; those whose service is a pattern itself under `*`."""
        found: dict[str, list[str]] = {}
        for pattern in (self.actions if self.actions is not None else self.not_actions) or ():
            service = pattern.partition(":")[0].lower()
            found.setdefault("*" if "*" in service or "?" in service else service, []).append(pattern)
        return found

    def patterns(self, action: str) -> Iterator[str]:
        """Of the patterns of Action or NotAction, those that can match the action at all: policies have thousands."""
        yield from self._by_service.get("*", ())
        yield from self._by_service.get(action.partition(":")[0].lower(), ())


@dataclass(frozen=True)
class Document:
    """The statements of a policy, in its order, which means nothing."""

    statements: tuple[Statement, ...]

    def allowing(self) -> Iterator[Statement]:
        """The Allow statements."""
        return (statement for statement in self.statements if statement.allow)

    def denying(self) -> Iterator[Statement]:
        """The Deny statements."""
        return (statement for statement in self.statements if not statement.allow)


def parse_document(policy: str | Mapping[str, Any]) -> Document:
    """Parse a policy, given as JSON text or as decoded JSON. Raises PolicyError with the place of what is wrong."""
    if isinstance(policy, str):
        try:
            policy = without_halves(json.loads(policy)) if "\\u" in policy else json.loads(policy)
        except ValueError as error:
            raise PolicyError(f"not JSON: {error}") from None
    if not isinstance(policy, Mapping):
        raise PolicyError("the policy is not an object")
    top = _lowered(policy, "policy")
    if unknown := top.keys() - {"version", "id", "statement"}:
        raise PolicyError(f"unknown element {sorted(unknown)[0]!r}")
    if "statement" not in top:
        raise PolicyError("there is no Statement")
    statements = top["statement"]
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list):
        raise PolicyError("Statement is neither an object nor a list")
    variables = top.get("version") == VARIABLES
    return Document(tuple(_statement(entry, f"Statement[{i}]", variables) for i, entry in enumerate(statements)))


def _statement(entry: Any, where: str, variables: bool) -> Statement:
    if not isinstance(entry, Mapping):
        raise PolicyError(f"{where} is not an object")
    fields = _lowered(entry, where)
    if unknown := fields.keys() - _ELEMENTS:
        raise PolicyError(f"{where} has an unknown element {sorted(unknown)[0]!r}")
    if fields.get("effect") not in ("Allow", "Deny"):
        raise PolicyError(f"{where}.Effect is neither Allow nor Deny")
    for one in ("action", "resource", "principal"):
        if one in fields and f"not{one}" in fields:
            raise PolicyError(f"{where} has both {one} and not{one}")
    if "action" not in fields and "notaction" not in fields:
        raise PolicyError(f"{where} has neither Action nor NotAction")
    return Statement(
        allow=fields["effect"] == "Allow",
        actions=_optional(fields, "action", where),
        not_actions=_optional(fields, "notaction", where),
        resources=_optional(fields, "resource", where),
        not_resources=_optional(fields, "notresource", where),
        principals=_principals(fields, "principal", where),
        not_principals=_principals(fields, "notprincipal", where),
        conditions=tuple(_conditions(fields.get("condition", {}), f"{where}.Condition")),
        sid=str(fields.get("sid", "")),
        variables=variables,
    )


def _lowered(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    lowered = {str(key).lower(): value for key, value in entry.items()}
    if len(lowered) != len(entry):
        raise PolicyError(f"{where} has an element twice")
    return lowered


def _optional(fields: Mapping[str, Any], name: str, where: str) -> tuple[str, ...] | None:
    return _texts(fields[name], f"{where}.{name}") if name in fields else None


def _texts(value: Any, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str) for v in values):
        raise PolicyError(f"{where} is neither a string nor a list of strings")
    return tuple(values)


def _principals(fields: Mapping[str, Any], name: str, where: str) -> tuple[Principal, ...] | None:
    if name not in fields:
        return None
    value = fields[name]
    if value == "*":
        return (Principal("AWS", "*"),)
    if not isinstance(value, Mapping):
        raise PolicyError(f"{where}.{name} is neither '*' nor an object")
    found: list[Principal] = []
    for type_, ids in value.items():
        known = _PRINCIPAL_TYPES.get(str(type_).lower())
        if known is None:
            raise PolicyError(f"{where}.{name} has an unknown type {type_!r}")
        found += [Principal(known, id_) for id_ in _texts(ids, f"{where}.{name}.{type_}")]
    return tuple(found)


def _conditions(block: Any, where: str) -> Iterator[Condition]:
    if not isinstance(block, Mapping):
        raise PolicyError(f"{where} is not an object")
    for text, keys in block.items():
        operator, quantifier, if_exists = _operator(str(text), where)
        if not isinstance(keys, Mapping):
            raise PolicyError(f"{where}.{text} is not an object")
        for key, values in keys.items():
            given = values if isinstance(values, list) else [values]
            yield Condition(
                operator,
                str(key).lower(),
                tuple(_scalar(v, f"{where}.{text}.{key}") for v in given),
                quantifier,
                if_exists,
            )


def _operator(text: str, where: str) -> tuple[str, str, bool]:
    head, _, rest = text.rpartition(":")
    quantifier = _SETS.get(head.lower(), "") if head else ""
    base = rest.lower()
    if_exists = base.endswith("ifexists")
    operator = _OPERATORS.get(base.removesuffix("ifexists"))
    if operator is None or (head and not quantifier) or (if_exists and operator == "Null"):
        raise PolicyError(f"{where} has an unknown operator {text!r}")
    return operator, quantifier, if_exists


def _scalar(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise PolicyError(f"{where} is neither a string, a number nor a boolean")
