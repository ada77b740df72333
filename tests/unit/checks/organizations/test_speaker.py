"""Whose finding it is that an account is not audited."""

from __future__ import annotations

from tests.unit.checks.build import OWN, SISTER, STRANGER, account, judge, problems
from tests.unit.checks.organizations.cases import ACTIVE, CHECK, DESCRIBED, members


def test_the_management_account_speaks_before_a_delegated_one() -> None:
    first = "000000000001"
    listed = members(ACTIVE, ACTIVE, ACTIVE)
    accounts = listed.answer["Accounts"] if listed.answer else []
    accounts.append({"Id": first, "Arn": "arn:x", "Name": "delegated", "State": "ACTIVE"})
    found = problems(judge(CHECK, account(DESCRIBED, listed, id_=first), account(DESCRIBED, listed)))
    assert [(result.account, result.resource.arn.rsplit("/", 1)[-1]) for result in found] == [
        (OWN, SISTER),
        (OWN, STRANGER),
    ]
    assert {result.resource.type for result in found} == {"AWS::Organizations::Account"}
