"""Condition operators (IAM User Guide, "IAM JSON policy elements: Condition operators" and "… set operators")."""

from __future__ import annotations

from datetime import UTC, datetime

from nightaudit_auditor.aws.policy.addresses import match_addresses
from nightaudit_auditor.aws.policy.document import Condition
from nightaudit_auditor.aws.policy.facts import Facts
from nightaudit_auditor.aws.policy.match import match, match_arn, wild
from nightaudit_auditor.aws.policy.truth import Truth, every, over, some
from nightaudit_auditor.aws.policy.variables import has_variables, judged, readings

_YEAR = 4


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
    if condition.operator == "Bool" and value == "*":
        return over(_one(condition, one, facts, variables) for one in ("true", "false"))
    found = some(_matches(condition, wanted, value, facts, variables) for wanted in condition.values)
    return found.negated() if condition.negated else found


def _matches(condition: Condition, wanted: str, value: str, facts: Facts, variables: bool) -> Truth:
    base = condition.operator.replace("Not", "")
    if base.startswith(("Numeric", "Date")):
        return _compare(base, wanted, value)
    wildcards = base in ("StringLike", "ArnEquals", "ArnLike")
    if variables and has_variables(wanted) and base.startswith(("String", "Arn")):
        found = readings(wanted, facts, wildcards=wildcards)
        return judged(found, lambda text: _same(condition, base, text, value))
    return _same(condition, base, wild(wanted) if wildcards else wanted, value)


def _same(condition: Condition, base: str, text: str, value: str) -> Truth:
    """Whether a pattern as `wild` makes it matches a value, as the operator compares them."""
    if base in ("StringEqualsIgnoreCase", "Bool"):
        text, value = text.lower(), value.lower()
    # StringLike over an ARN is meant part by part, and no service lets a caller put colons where they would deceive it
    by_parts = base.startswith("Arn") or condition.key.endswith("arn")
    return match_arn(text, wild(value)) if by_parts else match(text, wild(value))


def _compare(base: str, wanted: str, value: str) -> Truth:
    if "*" in value:
        return Truth.MAYBE
    left, right = (_number(value), _number(wanted)) if base.startswith("Numeric") else (_time(value), _time(wanted))
    if right is None and base.startswith("Date") and left is not None:
        return Truth.MAYBE  # AWS checks dates when it takes a policy: it is one, in a form that is not read here
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
    """Seconds since the epoch. A year or a month alone, which W3C's form of ISO 8601 allows, is not read: AWS does not say whether
    four digits are a year or seconds."""
    if len(text) == _YEAR and text.isdigit():
        return None
    if (number := _number(text)) is not None:
        return number
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
