"""AWS's policy evaluation, one concrete request at a time: naive, slow, and written from AWS's documents alone.

IAM User Guide: "Policy evaluation logic", "IAM JSON policy elements: Action, Resource, Principal, NotPrincipal, Condition
operators", "Policy variables", "Permissions boundaries"; AWS Organizations User Guide: "SCP evaluation", "RCP evaluation". It
reads policies as the JSON that they are and shares nothing with the code that it is held against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

Context = Mapping[str, tuple[str, ...]]
"""The keys that a request carries, in lower case, with their values; a key that is not there is not in the request."""
Alternatives = Mapping[str, Sequence[tuple[str, ...] | None]]
"""What each key may be; None: not in the request."""
Policy = Mapping[str, Any]
Pattern = list[str | None]
"""Characters; `None` for any run of them, and the empty string for any one."""


@dataclass(frozen=True)
class Who:
    """A principal: its type as the Principal element names it (`Anonymous`: nobody), its account, and what it is called; a role
    also by the session in which it asks. `bounded`: it has a permissions boundary."""

    type: str
    account: str = ""
    name: str = ""
    session: str = ""
    bounded: bool = False


@dataclass(frozen=True)
class Asked:
    """One request."""

    who: Who
    action: str
    resource: str
    context: Context


def contexts(alternatives: Alternatives) -> Iterator[Context]:
    """Every request context that the alternatives leave open."""
    keys = list(alternatives)
    for values in product(*alternatives.values()):
        yield {key: value for key, value in zip(keys, values, strict=True) if value is not None}


def verdict(policies: Iterable[Policy], asked: Asked) -> str:
    """`Deny` if a statement says so, else `Allow` if one does, else the empty string: the implicit deny."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in policy["Statement"]
        if speaks(statement, asked, variables=policy.get("Version") == "2012-10-17")
    }
    return "Deny" if "Deny" in effects else "Allow" if "Allow" in effects else ""


def speaks(statement: Mapping[str, Any], asked: Asked, *, variables: bool) -> bool:
    """Whether each element of the statement holds of the request."""
    return (
        _either(statement, "Action", lambda pattern: like(plain(pattern.lower()), asked.action.lower()))
        and _either(
            statement, "Resource", lambda pattern: _like_filled(pattern, asked.resource, asked.context, variables)
        )
        and _principal(statement, asked.who)
        and all(
            condition(operator, values, asked.context.get(key.lower()), asked.context, variables=variables)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _either(statement: Mapping[str, Any], element: str, matches: Any) -> bool:
    if element in statement:
        return any(matches(pattern) for pattern in _list(statement[element]))
    if f"Not{element}" in statement:
        return not any(matches(pattern) for pattern in _list(statement[f"Not{element}"]))
    return True


def _principal(statement: Mapping[str, Any], who: Who) -> bool:
    if "Principal" in statement:
        return names(statement["Principal"], who)
    if "NotPrincipal" in statement:
        denies_always = who.bounded and statement["Effect"] == "Deny"
        return denies_always or not names(statement["NotPrincipal"], who)
    return True


def names(element: Any, who: Who) -> bool:
    """Whether a Principal element names somebody: as himself, as one of his account, or as anybody."""
    if element == "*":
        return True
    for type_, given in element.items():
        for name in _list(given):
            if type_ == "AWS" and name == "*":
                return True
            whole = (who.account, f"arn:aws:iam::{who.account}:root") if type_ == "AWS" else ()
            if type_ == who.type and name in (who.name, who.session or who.name, *whole):
                return True
    return False


def like(pattern: Pattern, text: str) -> bool:
    """`*` is any run of characters, `?` any one."""
    if not pattern:
        return not text
    first, *rest = pattern
    if first is None:
        return like(rest, text) or (bool(text) and like(pattern, text[1:]))
    return bool(text) and first in ("", text[0]) and like(rest, text[1:])


def plain(text: str) -> Pattern:
    """The text as a pattern."""
    return [None if char == "*" else "" if char == "?" else char for char in text]


def filled(text: str, context: Context, *, wild: bool) -> Pattern | None:
    """The pattern with its variables replaced by values, in which no character is special; None if a value is missing."""
    before, opening, rest = text.partition("${")
    start: Pattern = plain(before) if wild else list(before)
    if not opening:
        return start
    inside, _, after = rest.partition("}")
    end = filled(after, context, wild=wild)
    if inside in ("*", "?", "$"):
        return None if end is None else [*start, inside, *end]
    name, _, default = inside.partition(", ")
    values = context.get(name.lower(), (default.strip("'"),) if default else None)
    return None if values is None or len(values) != 1 or end is None else [*start, *values[0], *end]


def arn_parts(text: str) -> list[str]:
    """An ARN, or a pattern for some, in its six parts; a colon within a variable parts nothing."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if char == ":" and not depth and len(parts) < 6:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _like_filled(pattern: str, text: str, context: Context, variables: bool, *, wild: bool = True) -> bool:
    if not variables:
        return like(plain(pattern) if wild else list(pattern), text)
    found = filled(pattern, context, wild=wild)
    return found is not None and like(found, text)


def condition(operator: str, given: Any, values: tuple[str, ...] | None, context: Context, *, variables: bool) -> bool:
    """One key of one operator; `values` are the request's."""
    wanted = [str(value).lower() if isinstance(value, bool) else str(value) for value in _list(given)]
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return any((values is None) is (one.lower() == "true") for one in wanted)
    base = name.removesuffix("IfExists")
    negated = "Not" in base
    if values is None:
        return name != base or (quantifier == "ForAllValues" if quantifier else negated)

    def one(value: str) -> bool:
        met = any(compare(base.replace("Not", ""), pattern, value, context, variables=variables) for pattern in wanted)
        return met is not negated

    return all(map(one, values)) if quantifier == "ForAllValues" else any(map(one, values))


def compare(base: str, wanted: str, value: str, context: Context, *, variables: bool) -> bool:
    """One value of the request against one of the condition's."""
    if base in ("IpAddress",):
        return ip_address(value) in ip_network(wanted)
    if base.startswith("Numeric"):
        return _ordered(base.removeprefix("Numeric"), float(value), float(wanted))
    if base.startswith("Date"):
        return _ordered(base.removeprefix("Date"), _time(value), _time(wanted))
    if base in ("ArnLike", "ArnEquals") and wanted != "*":
        parts, found = arn_parts(wanted) if variables else wanted.split(":", 5), value.split(":", 5)
        return len(parts) == len(found) and all(
            _like_filled(a, b, context, variables) for a, b in zip(parts, found, strict=True)
        )
    if base == "Bool":
        return wanted.lower() == value.lower()
    if base == "StringEqualsIgnoreCase":
        folded = {key: tuple(one.lower() for one in found) for key, found in context.items()}
        return _like_filled(wanted.lower(), value.lower(), folded, variables, wild=False)
    return _like_filled(wanted, value, context, variables, wild=base in ("StringLike", "ArnLike", "ArnEquals"))


def _ordered(relation: str, left: float, right: float) -> bool:
    return {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[relation]


def _time(text: str) -> float:
    if text.isdigit():
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True)
class Account:
    """The policies around one identity. `scps` and `rcps`: the organization's levels, from the root down."""

    identity: tuple[Policy, ...]
    boundary: Policy | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    rcps: tuple[tuple[Policy, ...], ...] = ()

    def every(self) -> Iterator[Policy]:
        yield from self.identity
        yield from (self.boundary,) if self.boundary is not None else ()
        yield from (policy for level in (*self.scps, *self.rcps) for policy in level)


def may(account: Account, asked: Asked) -> bool:
    """Whether the identity may do something that asks no resource's policy."""
    without = Account(account.identity, account.boundary, account.scps)
    return (
        all(verdict([policy], asked) != "Deny" for policy in without.every())
        and verdict(account.identity, asked) == "Allow"
        and (account.boundary is None or verdict([account.boundary], asked) == "Allow")
        and all(verdict(level, asked) == "Allow" for level in account.scps)
    )


def may_assume(account: Account, trust: Policy, asked: Asked, *, user: bool) -> bool:
    """Whether the identity may assume a role of its own account.

    The role's trust policy must allow. If it is the identity (or everybody) whom it allows, that suffices, within the boundary:
    but what a boundary merely does not say does not stop a policy that names the user, or a role's session. If it allows the account, it
    leaves the decision to the identity's own policies.
    """
    if any(verdict([policy], asked) == "Deny" for policy in (*account.every(), trust)):
        return False
    if not all(verdict(level, asked) == "Allow" for level in (*account.scps, *account.rcps)):
        return False
    bounded = account.boundary is None or verdict([account.boundary], asked) == "Allow"
    own = bounded and verdict(account.identity, asked) == "Allow"
    for statement in trust["Statement"]:
        if statement["Effect"] == "Allow" and speaks(statement, asked, variables=trust.get("Version") == "2012-10-17"):
            element = statement["Principal"]
            given = ["*"] if element == "*" else _list(element.get("AWS", []))
            passes = (asked.who.name if user else asked.who.session) in given
            if own or passes or (bounded and ("*" in given or asked.who.name in given)):
                return True
    return False
