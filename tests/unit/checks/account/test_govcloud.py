"""GovCloud has no Account Management API."""

from __future__ import annotations

from tests.unit.checks.build import account, judge


def test_contacts_are_out_of_scope_in_govcloud() -> None:
    evaluation = judge("ACCOUNT_NO_SECURITY_CONTACT", account(partition="aws-us-gov"))
    assert (evaluation.results, evaluation.passed, len(evaluation.gone)) == ((), {}, 1)
