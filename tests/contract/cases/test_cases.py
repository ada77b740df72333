"""Every case of the checks holds for what the collector makes of it: its records are put on the wire, collected, and judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.contract.cases.beyond import BEYOND, UNKEPT
from tests.contract.cases.compare import differences, verdict
from tests.contract.cases.conftest import Theatre
from tests.unit.checks.build import Case, assert_case
from tests.unit.checks.test_cases import CASES

SERVED = [case for case in CASES if str(case) not in BEYOND and case.check not in UNKEPT]


@pytest.mark.parametrize("case", SERVED, ids=str)
def test_the_check_says_the_same_of_what_was_collected(theatre: Theatre, case: Case) -> None:
    collected = theatre.collect(case)
    assert collected.strange == ()
    # A case of missing data that nobody asks for would be unreadable for another reason than it says.
    traps = case.shape != "unreadable"
    other = [
        difference
        for said, found in zip(case.accounts, collected.accounts, strict=True)
        if said.reachable
        for difference in differences(theatre.needed(case), said, found, traps=traps)
    ]
    assert other == []
    assert_case(replace(case, accounts=collected.accounts))
    assert verdict(case, collected.accounts) == verdict(case, case.accounts)
