"""What a policy says at a certain time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from nightaudit_auditor.aws.policy import parse_at

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC).timestamp()
PAST, FUTURE = "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def left(*conditions: dict[str, Any], effect: str = "Allow", moment: float | None = NOW) -> list[list[str]]:
    """Of each statement that stays, the keys of its conditions."""
    statements = [{"Effect": effect, "Action": "*", "Resource": "*", "Condition": block} for block in conditions]
    document = parse_at({"Version": "2012-10-17", "Statement": statements}, moment)
    return [[condition.key for condition in statement.conditions] for statement in document.statements]


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize(
    "over",
    [
        {"DateLessThan": {"aws:CurrentTime": PAST}},
        {"DateLessThanEquals": {"aws:currenttime": "2020-01-01"}},
        {"DateLessThan": {"aws:EpochTime": "1577836800"}},
        {"NumericLessThan": {"aws:EpochTime": "1577836800"}},
        {"DateEquals": {"aws:CurrentTime": PAST}},
        {"DateLessThan": {"aws:CurrentTime": PAST}, "StringLike": {"aws:UserAgent": "*"}},
        {"Null": {"aws:CurrentTime": "true"}},
    ],
)
def test_a_statement_whose_time_is_over_is_left_out(effect: str, over: dict[str, Any]) -> None:
    assert left(over, {"Bool": {"aws:SecureTransport": "true"}}, effect=effect) == [["aws:securetransport"]]


def test_a_condition_on_the_time_that_is_met_says_nothing_more() -> None:
    met = {"DateGreaterThan": {"aws:CurrentTime": PAST}, "DateLessThan": {"aws:CurrentTime": FUTURE}}
    assert left(met | {"Bool": {"aws:SecureTransport": "true"}}) == [["aws:securetransport"]]


def test_what_is_to_come_stays_conditional() -> None:
    assert left({"DateGreaterThan": {"aws:CurrentTime": FUTURE}}) == [["aws:currenttime"]]


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
@pytest.mark.parametrize(
    "unread",
    [
        {"StringLike": {"aws:CurrentTime": "2026-*"}},
        {"StringNotLike": {"aws:CurrentTime": "2026-*"}},
        {"DateLessThan": {"aws:CurrentTime": "2099-12"}},
        {"DateLessThan": {"aws:CurrentTime": "2099"}},
        {"DateNotEquals": {"aws:CurrentTime": "2099-12"}},
    ],
)
def test_a_time_that_is_not_read_stays_conditional(effect: str, unread: dict[str, Any]) -> None:
    assert left(unread, effect=effect) == [["aws:currenttime"]]


def test_nothing_is_said_where_nobody_knows_the_time() -> None:
    assert left({"DateLessThan": {"aws:CurrentTime": PAST}}, moment=None) == [["aws:currenttime"]]
