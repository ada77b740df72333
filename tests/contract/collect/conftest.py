"""moto's server with resources behind every operation of the catalogue."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.contract.collect.aws import REGION
from tests.contract.collect.seeding import seed_all

_WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The URL of a moto server in its own process; its log is shown if it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Without it moto lists 1,300 foreign snapshots as own.
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, f"moto's server ended with status {server.returncode}"
                assert time.monotonic() < deadline, f"moto's server does not listen after {_WAIT_SECONDS} s"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def environment(moto: str) -> Iterator[None]:
    """This process's AWS configuration: the moto server and nothing of this machine."""
    values = {
        "AWS_ENDPOINT_URL": moto, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": REGION, "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_MAX_ATTEMPTS": "1",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def seeded(environment: None) -> None:
    """At least one resource for every operation."""
    seed_all()
