"""A region that the organization switched off is out of scope: nothing passes there, and nothing is resolved."""

from __future__ import annotations

import pytest

from nightaudit_auditor.snapshot import AccountData, Outcome
from tests.unit.checks.build import REGION, account, denied, failed, judge, ok, switched_off

CHECKS = ["GUARDDUTY_OFF", "CLOUDTRAIL_OFF", "CLOUDTRAIL_EVENTS_PARTIAL", "EBS_DEFAULT_ENCRYPTION_OFF"]
BLOCKED = [failed(name, REGION, Outcome.BLOCKED) for name in ("guardduty.list_detectors", "cloudtrail.describe_trails")]


@pytest.mark.parametrize("check", CHECKS)
def test_what_has_to_be_on_is_out_of_scope_where_everything_is_off(check: str) -> None:
    evaluation = judge(check, switched_off())
    assert (evaluation.results, evaluation.passed) == ((), {})
    assert [(id_, region) for id_, _, region, _ in evaluation.gone] == [(check, REGION)]


@pytest.mark.parametrize(
    "data",
    [
        account(*BLOCKED, ok("ec2.describe_instances", REGION)),
        account(*BLOCKED, denied("ec2.describe_vpcs", REGION)),
        account(BLOCKED[0], failed("lambda.list_functions", REGION, Outcome.SKIPPED)),
    ],
    ids=["something is open", "something is denied otherwise", "only one service was asked"],
)
def test_a_region_counts_as_off_only_if_all_that_was_asked_of_two_services_is_blocked(data: AccountData) -> None:
    evaluation = judge("GUARDDUTY_OFF", data)
    assert (len(evaluation.unknown), evaluation.gone) == (1, frozenset())


def test_services_that_the_region_lacks_say_nothing() -> None:
    data = account(*BLOCKED, failed("lambda.list_functions", REGION, Outcome.SKIPPED, code="ServiceNotInRegion"))
    assert len(judge("GUARDDUTY_OFF", data).gone) == 1
