"""The stand-in itself: what it answers is what AWS's models allow, and enough for the matrix to mean something."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec
import pytest

from nightaudit_auditor.checks.registry import AUDIT_PREFIX
from nightaudit_auditor.snapshot import NOT_ITS_TURN, Outcome
from tests.fault.asked import flat, twins
from tests.fault.cases import can_befall, matrix, sample, way
from tests.fault.conftest import Recorded
from tests.fault.faults import DENIED, OTHERS
from tests.fault.night import Night, Stage
from tests.fault.oracles import said
from tests.fault.stand_in import StandIn
from tests.fault.world import IDENTITY, World


@dataclass(frozen=True)
class Watched:
    """A second night without a fault, and what was asked in it."""

    stand_in: StandIn
    night: Night


@pytest.fixture(scope="module")
def watched(stage: Stage, world: World) -> Watched:
    stand_in = StandIn(world)
    return Watched(stand_in, asyncio.run(stage.night(stand_in.handle)))


class TestTheNightWithoutAFault:
    def test_every_operation_of_the_catalogue_is_asked_and_answered(self, stage: Stage, watched: Watched) -> None:
        stand_in, night = watched.stand_in, watched.night
        assert stand_in.strange == []
        asked = {entry for entry, _ in stand_in.asked} | set(twins(stage.catalogue))
        assert set(stage.catalogue.entries) - asked == set()
        whole = [(k, r) for k, r in night.records.items() if r.code != NOT_ITS_TURN]
        unanswered = {k: r.code for k, r in whole if r.outcome not in (Outcome.OK, Outcome.ABSENT)}
        assert unanswered == {}

    def test_every_night_is_the_same_to_the_byte(self, watched: Watched, clean: Night) -> None:
        again = watched.night
        assert msgspec.json.encode(again.records) == msgspec.json.encode(clean.records)
        assert said(again.judgement.evaluation) == said(clean.judgement.evaluation)

    def test_a_request_is_known_by_what_the_collector_meant(self, stage: Stage, watched: Watched) -> None:
        asked = {(entry, flat(call.parameters)) for entry, call in watched.stand_in.asked}
        entries = stage.catalogue.entries
        meant = {
            (r.name, flat(entries[r.name].sent(r.parameters)))
            for r in watched.night.records.values()
            if not entries[r.name].flow and r.name not in twins(stage.catalogue)
        }
        assert meant - asked == set()

    def test_what_was_recorded_of_the_demo_is_what_is_replayed(
        self, recorded: Recorded, world: World, clean: Night
    ) -> None:
        was = recorded.recording.data
        same = {IDENTITY, *twins(world.catalogue)}
        for entry in world.catalogue.entries:
            for record in was.records(entry) if entry not in {*world.made, *same} else ():
                key = f"{record.name} {record.region} {record.parameters}"
                assert msgspec.structs.replace(record, time="") == clean.records[key]

    def test_every_problem_that_the_demo_plants_is_found(self, recorded: Recorded, clean: Night) -> None:
        found = {(r.check, r.resource.arn) for r in clean.judgement.evaluation.results}
        assert recorded.planted - found == set()
        assert len(recorded.planted) > 40
        assert [r.outcome for r in clean.judgement.evaluation.results if r.check.startswith(AUDIT_PREFIX)] == []


class TestTheMatrix:
    def test_every_operation_is_denied_once_and_every_way_meets_every_fault(self, stage: Stage) -> None:
        cases = matrix(stage.catalogue, stage.models)
        denied = [case.entry for case in cases if case.fault is DENIED]
        unsigned = {entry.id for entry in stage.catalogue.entries.values() if entry.unsigned}
        assert set(denied) == set(stage.catalogue.entries) - set(twins(stage.catalogue)) - unsigned
        ways = {
            (way(stage.catalogue.entries[case.entry], case.operation, stage.models), case.fault.name)
            for case in cases
            if case.fault is not DENIED
        }
        for found in {found for found, _ in ways}:
            faults = {fault.name for fault in OTHERS if can_befall(fault, found[1])}
            assert {name for other, name in ways if other == found} == faults

    def test_the_sample_has_every_fault_and_is_always_the_same(self, stage: Stage) -> None:
        cases = matrix(stage.catalogue, stage.models)
        chosen = sample(cases)
        assert {case.fault for case in chosen} == {DENIED, *OTHERS}
        assert chosen == sample(cases)
        assert len(chosen) < 30
