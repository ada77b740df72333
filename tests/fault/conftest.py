"""The matrix's cases, and the two nights that all of them share: the one recorded, the one without a fault."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fault.cases import SEED, Case, matrix, sample
from tests.fault.night import Night, Stage, demo_organization
from tests.fault.stand_in import StandIn
from tests.fault.world import World

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


@pytest.fixture(scope="session")
def world(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The demo's organization, recorded once through HTTP, with what it lacks made up."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with demo_organization(folder) as url:
        recording = asyncio.run(stage.record(url))
    return World(stage.catalogue, stage.models, recording)


@pytest.fixture(scope="session")
def clean(stage: Stage, world: World) -> Night:
    """The night without a fault."""
    return asyncio.run(stage.night(StandIn(world).handle))
