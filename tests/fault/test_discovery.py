"""Whatever AWS does to the discovery of accounts: who is audited follows from what was read, and who is missing is said."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.organization.facts import BELOW, TAGS
from nightaudit_auditor.organization.facts import UNITS as UNITS_BELOW
from nightaudit_auditor.snapshot import Outcome
from tests.fault.cases import Case
from tests.fault.conftest import Recorded, the_stage
from tests.fault.discovering import Kept, few, spend
from tests.fault.discovery_cases import EVERY, HALF_LISTS, Failure, failures, sample
from tests.fault.discovery_oracles import violations
from tests.fault.faults import DENIED, HANG, OTHERS
from tests.fault.night import CALM, WATCHFUL, Stage, allowance
from tests.fault.organization import MANAGEMENT, MEMBERS, UNITS, WISHES, Organized, Wish
from tests.fault.stand_in import ASSUME_ROLE, StandIn
from tests.fault.verdicts import Verdicts
from tests.fault.world import IDENTITY

HEALED = next(fault for fault in OTHERS if fault.outcome is Outcome.OK)
ROUNDS = 3
"""Calls one after the other that can fail: the discovery's, and where it told nothing the same again for an account."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "failure" not in metafunc.fixturenames:
        return
    stage = the_stage()
    cases = failures(few(stage.whole), stage.models)
    chosen = sample(cases)
    metafunc.parametrize(
        "failure",
        [pytest.param(one, id=str(one), marks=() if one in chosen else pytest.mark.exhaustive) for one in cases],
    )


@pytest.fixture(scope="module")
def organized(stage: Stage, recorded: Recorded) -> Mapping[int | None, Organized]:
    """The organization, by how many accounts it lists."""
    catalogue = few(stage.whole)
    return {
        listed: Organized(catalogue, stage.models, recorded.recording, listed=listed) for listed in (None, *HALF_LISTS)
    }


@dataclass(frozen=True)
class Before:
    """The night before, without a fault, and its bucket."""

    night: Kept
    bucket: Path


@pytest.fixture(scope="module")
def before(
    stage: Stage, organized: Mapping[int | None, Organized], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Wish], Awaitable[Before]]:
    """Spends the night before, once for each wish."""
    spent: dict[Wish, Before] = {}

    async def night(wish: Wish) -> Before:
        if wish not in spent:
            bucket = tmp_path_factory.mktemp(str(wish))
            spent[wish] = Before(await spend(stage, StandIn(organized[None]).handle, wish, bucket, number=1), bucket)
        return spent[wish]

    return night


async def test_a_fault_of_the_discovery_is_said_and_whoever_was_decided_is_audited(
    failure: Failure,
    stage: Stage,
    organized: Mapping[int | None, Organized],
    before: Callable[[Wish], Awaitable[Before]],
    tmp_path: Path,
) -> None:
    clean = await before(failure.wish)
    bucket = tmp_path / "bucket"
    shutil.copytree(clean.bucket, bucket)
    stand_in = StandIn(organized[failure.listed], failure.target, failure.case.fault)
    manner = WATCHFUL if failure.case.fault is HANG else CALM
    within = allowance(clean.night.seconds, ROUNDS, manner)
    try:
        kept = await spend(stage, stand_in.handle, failure.wish, bucket, number=2, within=within, manner=manner)
    except TimeoutError:
        pytest.fail(f"{failure}: the run did not end within {within:.0f} s\n{_again(failure)}")
    wrong = violations(failure, organized[None].catalogue, load().checks, clean.night, kept)
    assert stand_in.strange == []
    assert {asked.account for _, asked in stand_in.asked} <= {MANAGEMENT.id, *Verdicts(failure).audited}
    assert not wrong, "\n".join((f"{failure}: {len(wrong)} violations", *wrong[:20], _again(failure)))


def _again(failure: Failure) -> str:
    return f"Once more, alone: .venv/bin/python -Im pytest 'tests/fault/test_discovery.py' -k '{failure}'"


class TestTheNightWithoutAFault:
    @pytest.mark.parametrize("wish", WISHES, ids=str)
    async def test_audits_whom_the_schedule_means_and_says_why_it_leaves_out_the_others(
        self, wish: Wish, before: Callable[[Wish], Awaitable[Before]]
    ) -> None:
        night = (await before(wish)).night
        assert {account.id for account in night.manifest.accounts} == wish.audited
        left_out = {one.id: one.reason for one in night.manifest.left_out}
        assert left_out.keys() == {member.id for member in wish.left_out}
        for member, reasons in wish.left_out.items():
            assert left_out[member.id] in reasons

    @pytest.mark.parametrize("wish", WISHES, ids=str)
    async def test_judges_everything_and_finds_something_in_every_account(
        self, wish: Wish, before: Callable[[Wish], Awaitable[Before]]
    ) -> None:
        night = (await before(wish)).night
        assert (night.summary.result, night.summary.unknown, night.summary.errors) == ("Findings", 0, ())
        found = Counter(finding.account.id for finding in night.findings if not finding.check.startswith("ORG_"))
        assert min(found[id_] for id_ in wish.audited) > 5
        assert {record.outcome for record in night.organization.values()} == {Outcome.OK}

    @pytest.mark.parametrize("wish", WISHES, ids=str)
    def test_is_what_the_oracles_expect(self, wish: Wish) -> None:
        healthy = Failure(wish, Case(ASSUME_ROLE, "AssumeRole", HEALED), EVERY)
        verdicts = Verdicts(healthy)
        assert (verdicts.audited, verdicts.unsure) == (wish.audited, False)
        assert verdicts.left_out == {member.id: reasons for member, reasons in wish.left_out.items()}


class TestTheMatrixOfTheDiscovery:
    def test_every_operation_meets_every_fault_and_is_denied_for_every_wish(self, stage: Stage) -> None:
        catalogue = few(stage.whole)
        cases = failures(catalogue, stage.models)
        organization = {id_ for id_, entry in catalogue.entries.items() if entry.service == "organizations"}
        assert {one.case.entry for one in cases} == {ASSUME_ROLE, IDENTITY, *organization}
        for entry in {one.case.entry for one in cases}:
            faults = {one.case.fault for one in cases if one.case.entry == entry}
            assert faults >= {DENIED, *(fault for fault in OTHERS if not fault.paged)}, entry
            denied = {one.wish for one in cases if one.case.entry == entry and one.case.fault is DENIED}
            assert denied == {wish for wish in WISHES if entry != TAGS or wish.organization.tag_selector}, entry

    def test_every_call_of_the_tree_and_of_the_tags_is_denied_alone(self, stage: Stage) -> None:
        cases = failures(few(stage.whole), stage.models)
        alone = {(one.case.entry, one.only) for one in cases if one.case.fault is DENIED}
        assert {(BELOW, unit) for unit in UNITS} | {(UNITS_BELOW, unit) for unit in UNITS} <= alone
        assert {(TAGS, id_) for id_ in MEMBERS} <= alone

    def test_some_leave_accounts_undecided_some_unheard_of_and_some_change_nothing(self, stage: Stage) -> None:
        verdicts = [Verdicts(one) for one in failures(few(stage.whole), stage.models)]
        assert any(one.undecided for one in verdicts)
        assert any(not one.told.complete and one.told.known and one.undecided for one in verdicts)
        assert any(one.told.closed and not one.audited for one in verdicts)
        assert any(not one.unsure for one in verdicts)

    def test_the_sample_has_every_operation_and_fault_and_is_always_the_same(self, stage: Stage) -> None:
        cases = failures(few(stage.whole), stage.models)
        chosen = sample(cases)
        assert {one.case.fault for one in chosen} == {DENIED, *OTHERS}
        assert {one.case.entry for one in chosen} == {one.case.entry for one in cases}
        assert any(one.listed is not None for one in chosen)
        assert chosen == sample(cases)
        assert len(chosen) < 30
