"""How grave a stopped trail is when it is not certain that others go on, how often a trail counts, and who may say so."""

from __future__ import annotations

from nightaudit_auditor.checks.registry import Fail
from tests.unit.checks.build import REGION, SISTER, judge, problems
from tests.unit.checks.cloudtrail.cases import ABROAD, ORG_TRAIL, OTHER, SILENT, manager, member, trail, world


def test_lost_coverage_that_cannot_be_ruled_out_stays_critical() -> None:
    (found,) = problems(judge("CLOUDTRAIL_STOPPED", world(trail(), ABROAD, status=SILENT)))
    assert isinstance(found.outcome, Fail)
    assert found.severity == "Critical"
    assert found.outcome.evidence["regionsWithoutTrail"] == ["eu-central-1"]


def test_copies_in_other_regions_are_not_judged_again() -> None:
    evaluation = judge("CLOUDTRAIL_STOPPED", world(trail(), audited=(REGION, OTHER)))
    assert evaluation.passed == {"CLOUDTRAIL_STOPPED": 1}


def test_a_home_region_that_is_left_out_is_named() -> None:
    (found,) = judge("CLOUDTRAIL_OFF", world(ABROAD)).results
    assert "its home region eu-west-1 is one that the schedule leaves out" in str(found.outcome)


def test_a_member_may_know_what_the_owner_of_the_trail_could_not_read() -> None:
    evaluation = judge("CLOUDTRAIL_OFF", member(), manager(ORG_TRAIL, without="get_trail_status"))
    assert {result.account for result in evaluation.results} == {SISTER}
