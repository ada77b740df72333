"""A second AWS of the demo's kind, planted with the worlds, and the auditor's runs over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from demo.aws.seeding.cloud import Cloud
from demo.world import World
from tests.contract.truth.nights import Audited, aws, run
from tests.contract.truth.place import Night, Place
from tests.contract.truth.planting import plant_all


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The server, with an organization of empty accounts."""
    with aws(tmp_path_factory.mktemp("aws")) as world:
        yield world


@pytest.fixture(scope="session")
def place(stand_in: World) -> Place:
    """All worlds, planted."""
    at = Place(Cloud(stand_in.aws_url))
    plant_all(at)
    return at


@pytest.fixture(scope="session")
def nights(stand_in: World, place: Place, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Night, Audited]:
    """What the runs say of the planted worlds."""
    assert place.planted
    return {night: run(stand_in, night, tmp_path_factory.mktemp(night)) for night in Night}
