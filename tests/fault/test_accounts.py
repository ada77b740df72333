"""Faults that befall one account of several: the others are audited as if nothing had happened."""

from __future__ import annotations

import msgspec
import pytest

from nightaudit_auditor.manifests import AuditSchedule
from nightaudit_auditor.manifests.types import AccountTarget
from nightaudit_auditor.snapshot import Outcome
from tests.fault.faults import DENIED, HANG, OTHERS, Fault
from tests.fault.night import CALM, WATCHFUL, Night, Stage, bound
from tests.fault.stand_in import ASSUME_ROLE, StandIn, Target
from tests.fault.world import IDENTITY, World

OTHER = "444444444444"


@pytest.fixture(scope="module")
def both(stage: Stage) -> AuditSchedule:
    """The matrix's account and another one."""
    other = AccountTarget(id=OTHER, name="other", role_arn=f"arn:aws:iam::{OTHER}:role/nightaudit")
    spec = msgspec.structs.replace(stage.schedule.spec, accounts=(stage.account, other))
    return msgspec.structs.replace(stage.schedule, spec=spec)


async def test_what_one_account_denies_is_read_in_the_other(
    stage: Stage, both: AuditSchedule, world: World, clean: Night
) -> None:
    target = Target("ec2.describe_security_groups", "DescribeSecurityGroups", OTHER)
    first, second = await stage.nights(StandIn(world, target, DENIED).handle, both)
    assert first.records == clean.records
    denied = [r.name for r in second.records.values() if r.outcome is Outcome.DENIED]
    assert denied == ["ec2.describe_security_groups"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=fault.name, marks=() if fault is DENIED else pytest.mark.exhaustive)
        for fault in (DENIED, *OTHERS)
        if not fault.paged
    ],
)
async def test_an_account_whose_role_fails_is_unreachable_under_the_faults_name(
    stage: Stage, both: AuditSchedule, world: World, clean: Night, fault: Fault
) -> None:
    stand_in = StandIn(world, Target(ASSUME_ROLE, "AssumeRole", OTHER), fault)
    manner = WATCHFUL if fault is HANG else CALM
    first, second = await stage.nights(stand_in.handle, both, within=2 * bound(clean, IDENTITY, manner), manner=manner)
    assert first.records == clean.records
    if fault.outcome is Outcome.OK:
        assert second.data.reachable
        return
    (record,) = second.records.values()
    assert (record.name, record.outcome) == (ASSUME_ROLE, fault.outcome)
    assert not fault.code or record.code == fault.code
    assert not second.data.reachable
    evaluation = second.judgement.evaluation
    assert [r.check for r in evaluation.results] == ["AUDIT_ACCOUNT_UNREACHABLE"]
    assert set(evaluation.passed) <= {"AUDIT_ACCOUNT_UNREACHABLE"}
