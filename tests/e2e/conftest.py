"""The demo's stage under another name: real pods, real images, the chart, and the world that the demo plays in."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from demo.stage import Stage


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Up once for all tests; NIGHTAUDIT_KEEP=1 takes it as it is, and leaves it up to look at."""
    stage = Stage("e2e")
    if not os.environ.get("NIGHTAUDIT_KEEP"):
        stage.cluster.down()
    images = stage.raise_cluster()
    stage.raise_world()
    stage.install(images)
    stage.apply_manifests()
    yield stage
    if not os.environ.get("NIGHTAUDIT_KEEP"):
        stage.cluster.down()
