"""Condition operators (IAM User Guide, "IAM JSON policy elements: Condition operators" and "… set operators").

Facts say what a request can carry: each key has alternatives, each of them either None (the key is missing) or the values
it has. A value is a pattern, so that `*` stands for whatever the caller chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nightaudit_auditor.aws.policy.addresses import match_addresses
from nightaudit_auditor.aws.policy.document import Condition
from nightaudit_auditor.aws.policy.match import match, match_arn, wild
from nightaudit_auditor.aws.policy.truth import Truth, every, over, some

Alternatives = tuple[tuple[str, ...] | None, ...]

MISSING: Alternatives = (None,)
FREE: Alternatives = (None, ("*",))
"""The caller chooses the value, or leaves the key out."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


@dataclass(frozen=True)
class Facts:
    """What is known of a request's context. Keys are in lower case; a key that is not listed has the `default`.

    `prefixes` holds facts of whole families of keys (`aws:principaltag/`).
    """

    known: Mapping[str, Alternatives]
    default: Alternatives = FREE
    prefixes: Mapping[str, Alternatives] = field(default_factory=dict)

    def of(self, key: str) -> Alternatives:
        """The alternatives of one key."""
        if key in self.known:
            return self.known[key]
        return next((a for prefix, a in self.prefixes.items() if key.startswith(prefix)), self.default)

    def but(self, **known: Alternatives) -> Facts:
        """These facts with some keys changed; `__` in a name stands for `:`."""
        changed = {key.replace("__", ":"): value for key, value in known.items()}
        return Facts({**self.known, **changed}, self.default, self.prefixes)


def holds(condition: Condition, facts: Facts, *, variables: bool) -> Truth:
    """Whether the condition matches a request with these facts, over all alternatives of its key."""
    return over(_alternative(condition, values, facts, variables) for values in facts.of(condition.key))


def _alternative(condition: Condition, values: tuple[str, ...] | None, facts: Facts, variables: bool) -> Truth:
    if condition.operator == "Null":
        return some(_null(wanted, values) for wanted in condition.values)
    if values is None:
        if condition.if_exists:
            return Truth.YES
        if condition.quantifier:
            return Truth.YES if condition.quantifier == "ForAllValues" else Truth.NO
        return Truth.YES if condition.negated else Truth.NO
    each = [_one(condition, value, facts, variables) for value in values]
    return every(each) if condition.quantifier == "ForAllValues" else some(each)


def _null(wanted: str, values: tuple[str, ...] | None) -> Truth:
    return Truth.YES if (values is None) == (wanted.lower() == "true") else Truth.NO


def _one(condition: Condition, value: str, facts: Facts, variables: bool) -> Truth:
    """One value of the request against all of the condition's; a Not… operator matches if none of them does."""
    if condition.operator in ("IpAddress", "NotIpAddress"):
        return match_addresses(condition.values, value, negated=condition.negated)
    found = some(_matches(condition, wanted, value, facts, variables) for wanted in condition.values)
    return found.negated() if condition.negated else found


def _matches(condition: Condition, wanted: str, value: str, facts: Facts, variables: bool) -> Truth:
    text, certain = substitute(wanted, facts) if variables and "${" in wanted else (wanted, True)
    base = condition.operator.replace("Not", "")
    if base in ("StringLike", "ArnEquals", "ArnLike") or not certain:
        text = wild(text)
    if base in ("StringEqualsIgnoreCase", "Bool"):
        text, value = text.lower(), value.lower()
    if base.startswith(("Numeric", "Date")):
        found = _compare(base, text, value)
    elif base.startswith("Arn") or condition.key.endswith("arn"):
        # StringLike over an ARN is meant part by part, and no service lets a caller put colons where they would deceive it
        found = match_arn(text, wild(value))
    else:
        found = match(text, wild(value))
    return found if certain else min(found, Truth.MAYBE)


def substitute(text: str, facts: Facts) -> tuple[str, bool]:
    """Replace policy variables by what is known; False if one of them stands for an unknown value (then it is `*`).

    `${*}` and `${?}` stand for the characters themselves, which patterns have no way to say here: they are wildcards, and not
    certain, so that nothing is surely allowed or denied by them.
    """
    certain = True

    def value(found: re.Match[str]) -> str:
        nonlocal certain
        name = found[1].split(",")[0].strip().lower()
        if name in ("*", "?", "$"):
            certain = certain and name == "$"
            return found[1]
        alternatives = facts.of(name)
        if len(alternatives) == 1 and alternatives[0] is not None and len(alternatives[0]) == 1:
            single = alternatives[0][0]
            if "*" not in single and "?" not in single:
                return single
        certain = False
        return "*"

    return _VARIABLE.sub(value, text), certain


def _compare(base: str, wanted: str, value: str) -> Truth:
    if "*" in value:
        return Truth.MAYBE
    left, right = (_number(value), _number(wanted)) if base.startswith("Numeric") else (_time(value), _time(wanted))
    if left is None or right is None:
        return Truth.NO
    outcome = {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[base.removeprefix("Numeric").removeprefix("Date")]
    return Truth.YES if outcome else Truth.NO


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _time(text: str) -> float | None:
    if (number := _number(text)) is not None:
        return number
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
