"""Every check, through the real collector: what is planted is found, and what is hardened is judged and left alone.

What the demo plants in both senses is shown in tests/contract/demo_world; worlds may go beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from demo.aws import planted
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.selection import AUDIT_PREFIX
from nightaudit_auditor.findings.model import Status
from tests.contract.truth.nights import Audited
from tests.contract.truth.place import Expected, Night, Place
from tests.contract.truth.planting import LACKS, is_implemented, missing_operation

CHECKS = {id_ for id_ in load().checks if not id_.startswith(AUDIT_PREFIX)}
IN_THE_DEMO = {one.check for one in planted.PROBLEMS} & {one.check for one in planted.CLEAN}
TO_PLANT = sorted(CHECKS - IN_THE_DEMO - LACKS.keys())


def of(expected: list[Expected], check: str) -> list[Expected]:
    return [one for one in expected if one.check == check]


def missed(expected: list[Expected], nights: Mapping[Night, Audited]) -> list[Expected]:
    """What must be found, and is not."""
    return [one for one in expected if not nights[one.night].says(Status.FAIL, one)]


def unseen(expected: list[Expected], nights: Mapping[Night, Audited]) -> list[Expected]:
    """What must be judged, and is not among what the check was asked about."""
    return [one for one in expected if not nights[one.night].is_judged(one)]


def said(expected: list[Expected], nights: Mapping[Night, Audited]) -> list[str]:
    """What is said of resources of which nothing is to be said."""
    statuses = (Status.FAIL, Status.UNKNOWN)
    return [words for one in expected for status in statuses for words in nights[one.night].says(status, one)]


class TestEveryCheck:
    @pytest.mark.parametrize("check", TO_PLANT)
    def test_finds_what_is_planted(self, place: Place, nights: Mapping[Night, Audited], check: str) -> None:
        expected = of(place.planted, check)
        assert expected, f"no world plants {check}"
        assert missed(expected, nights) == []

    @pytest.mark.parametrize("check", TO_PLANT)
    def test_judges_a_hardened_twin_and_leaves_it_alone(
        self, place: Place, nights: Mapping[Night, Audited], check: str
    ) -> None:
        expected = of(place.hardened, check)
        assert expected, f"no world has a hardened twin for {check}"
        assert unseen(expected, nights) == []
        assert said(expected, nights) == []


class TestTheDemosChecks:
    def test_find_what_is_planted_beyond_the_demo(self, place: Place, nights: Mapping[Night, Audited]) -> None:
        expected = [one for one in place.planted if one.check in IN_THE_DEMO]
        assert expected
        assert missed(expected, nights) == []

    def test_judge_and_leave_alone_the_twins_beyond_the_demo(
        self, place: Place, nights: Mapping[Night, Audited]
    ) -> None:
        expected = [one for one in place.hardened if one.check in IN_THE_DEMO]
        assert expected
        assert unseen(expected, nights) == []
        assert said(expected, nights) == []


class TestTheWorlds:
    def test_name_only_checks_that_there_are(self, place: Place) -> None:
        named = {one.check for one in (*place.planted, *place.hardened)} | LACKS.keys()
        assert named - CHECKS == set()

    def test_plant_nothing_of_what_they_say_that_the_stand_in_lacks(self, place: Place) -> None:
        assert {one.check for one in (*place.planted, *place.hardened)} & LACKS.keys() == set()

    def test_lack_nothing_that_the_demo_shows_in_both_senses(self) -> None:
        assert LACKS.keys() & IN_THE_DEMO == set()

    @pytest.mark.parametrize("check", sorted(LACKS))
    def test_say_in_a_sentence_what_the_stand_in_lacks(self, check: str) -> None:
        assert len(LACKS[check].split()) >= 2

    @pytest.mark.parametrize("check", sorted(check for check, why in LACKS.items() if missing_operation(why)))
    def test_are_right_that_the_stand_in_lacks_the_operation(self, place: Place, check: str) -> None:
        missing = missing_operation(LACKS[check])
        assert missing is not None
        assert not is_implemented(place, *missing), "the stand-in has it by now: plant the check"
