"""What is said of those who may call a function in more than one way."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.checks.registry import Fail
from tests.unit.checks.build import STRANGER, judge, problems
from tests.unit.checks.test_cases import CASES

CALL, BY_URL = "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"


def _evidence(check: str, why: str) -> dict[str, Any]:
    (case,) = [case for case in CASES if (case.check, case.why) == (check, why)]
    (problem,) = problems(judge(check, *case.accounts))
    assert isinstance(problem.outcome, Fail)
    return dict(problem.outcome.evidence)


@pytest.mark.parametrize(
    ("why", "actions"),
    [
        ("a stranger, by an old URL", [BY_URL]),
        ("a stranger, by a URL that asks who he is", [CALL, BY_URL]),
        ("a stranger, by a URL of which he has the half that is not everybody's", [CALL, BY_URL]),
    ],
)
def test_a_strangers_actions_are_all_that_the_url_needs(why: str, actions: list[str]) -> None:
    assert _evidence("LAMBDA_CROSS_ACCOUNT", why)["actions"] == actions


def test_a_strangers_actions_by_the_api_and_by_the_url_are_one_problem() -> None:
    assert _evidence("LAMBDA_CROSS_ACCOUNT", "a stranger, by the API and by an old URL") == {
        "account": STRANGER,
        "actions": ["lambda:GetFunction", BY_URL],
        "principals": [f"arn:aws:iam::{STRANGER}:role/x", f"arn:aws:iam::{STRANGER}:role/y"],
    }
