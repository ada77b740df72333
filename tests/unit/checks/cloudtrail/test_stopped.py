"""How grave a stopped trail is when it is not certain that others go on."""

from __future__ import annotations

from nightaudit_auditor.checks.registry import Fail
from tests.unit.checks.build import judge, problems
from tests.unit.checks.cloudtrail.cases import SILENT, SISTER, trail, world


def test_lost_coverage_that_cannot_be_ruled_out_stays_critical() -> None:
    (found,) = problems(judge("CLOUDTRAIL_STOPPED", world(trail(), status=SILENT, manager=SISTER)))
    assert isinstance(found.outcome, Fail)
    assert found.severity == "Critical"
    assert found.outcome.evidence["regionsWithoutTrail"] == ["eu-central-1"]
