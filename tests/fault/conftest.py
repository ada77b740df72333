"""The matrix's cases, and the two nights that all of them share: the one recorded, the one without a fault."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.aws import planted
from demo.aws.seeding.cloud import Cloud
from tests.fault.cases import SEED, matrix, sample
from tests.fault.night import Night, Stage, demo_organization
from tests.fault.stand_in import StandIn
from tests.fault.world import Recording, World

_stage: list[Stage] = []


def the_stage() -> Stage:
    """Loaded once, and only if a test of this folder is collected."""
    if not _stage:
        _stage.append(Stage())
    return _stage[0]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" not in metafunc.fixturenames:
        return
    stage = the_stage()
    cases = matrix(stage.catalogue, stage.models)
    chosen = sample(cases)
    metafunc.parametrize(
        "case",
        [pytest.param(case, id=str(case), marks=() if case in chosen else pytest.mark.exhaustive) for case in cases],
    )


def pytest_report_header() -> str:
    return f"fault matrix: the sample without the marker `exhaustive` is drawn with seed {SEED}"


@pytest.fixture(scope="session")
def stage() -> Stage:
    return the_stage()


@dataclass(frozen=True)
class Recorded:
    """The demo's production account: what its AWS answered, and what is wrong in it."""

    recording: Recording
    planted: frozenset[tuple[str, str]]
    """(check, ARN)"""


@pytest.fixture(scope="session")
def recorded(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Recorded once through HTTP."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with demo_organization(folder) as url:
        recording = asyncio.run(stage.record(url))
        problems = [p for p in planted.PROBLEMS if p.account.id == stage.account.id and p.region in stage.places]
        found = planted.resolve(Cloud(url), tuple(problems))
    return Recorded(recording, frozenset((one.check, one.resource) for one in found))


@pytest.fixture(scope="session")
def world(stage: Stage, recorded: Recorded) -> World:
    """What was recorded, with what it lacks made up."""
    return World(stage.catalogue, stage.models, recorded.recording)


@pytest.fixture(scope="session")
def clean(stage: Stage, world: World) -> Iterator[Night]:
    """The night without a fault."""
    night = asyncio.run(stage.night(StandIn(world).handle))
    # Half a million objects live from here to the end: each time they are looked through, the stand-in seems to hang.
    gc.freeze()
    yield night
    gc.unfreeze()
