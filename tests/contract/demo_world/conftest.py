"""The demo's servers, on free ports of loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.world import Ports, World
from tests.contract.demo_world.nights import Finding, run


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All three servers, seeded."""
    state: Path = tmp_path_factory.mktemp("world")
    started = World(state=state, ports=Ports.free())
    try:
        started.start()
        started.seed()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="session")
def audited(world: World) -> list[Finding]:
    """The findings of the first run."""
    return run(world)
