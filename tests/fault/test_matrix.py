"""Whatever AWS does to one operation, the run ends, nothing else is disturbed, and nobody is told that all is well."""

from __future__ import annotations

import pytest

from tests.fault.cases import Case
from tests.fault.faults import HANG
from tests.fault.night import CALM, WATCHFUL, Night, Stage, bound
from tests.fault.oracles import violations
from tests.fault.stand_in import StandIn, Target
from tests.fault.world import World


async def test_a_fault_stays_where_it_is_and_is_said(case: Case, stage: Stage, world: World, clean: Night) -> None:
    stand_in = StandIn(world, Target(case.entry, case.operation, stage.account.id), case.fault)
    manner = WATCHFUL if case.fault is HANG else CALM
    within = bound(clean, case.entry, manner)
    try:
        night = await stage.night(stand_in.handle, within=within, manner=manner)
    except TimeoutError:
        pytest.fail(f"{case}: the run did not end within {within:.0f} s\n{_again(case)}")
    wrong = violations(stage.catalogue, case, clean, night)
    assert stand_in.strange == []
    assert not wrong, "\n".join((f"{case}: {len(wrong)} violations", *wrong[:20], _again(case)))


def _again(case: Case) -> str:
    return f"Once more, alone: .venv/bin/python -Im pytest 'tests/fault/test_matrix.py' -k '{case}'"
