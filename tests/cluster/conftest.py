"""One real API server and controller manager for all tests of this folder; there is no node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.cluster import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    instance = Cluster("test-api")
    instance.down()
    instance.up(node=False)
    yield instance
    instance.down()


@pytest.fixture(scope="session")
def api_server(cluster: Cluster) -> Cluster:
    return cluster
