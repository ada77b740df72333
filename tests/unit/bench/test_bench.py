"""The benchmark itself: the tiniest account through every program, so that it cannot rot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.measure import ROOT, Server, server
from bench.recording import Facts, read_facts
from bench.runs import Case, Program, measure
from nightaudit_auditor.collect.collector import IN_FLIGHT


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "tiny.msgpack.gz"
    subprocess.run([sys.executable, "-m", "bench.record", "tiny", str(path)], cwd=ROOT, check=True)
    return path


@pytest.fixture(scope="module")
def facts(recording: Path) -> Facts:
    return read_facts(recording)


@pytest.fixture(scope="module")
def plain(recording: Path) -> Iterator[Server]:
    with server(recording, tls=False) as started:
        yield started


@pytest.fixture(scope="module")
def tls(recording: Path) -> Iterator[Server]:
    with server(recording, tls=True) as started:
        yield started


@pytest.mark.parametrize("program", list(Program))
def test_every_program_asks_what_was_recorded_and_is_measured(
    program: Program, recording: Path, facts: Facts, plain: Server
) -> None:
    result = measure(Case(program, "tiny", 1, 0.0, tls=False), recording, facts, plain)
    # One AssumeRole comes in front of the calls; the credential report was asked for until it was made.
    assert facts.calls * result.scaled <= result.requests <= facts.requests
    assert result.cpu > 0
    assert result.rss > 0


def test_one_recording_stands_for_many_accounts_also_behind_the_hosts_of_aws(
    recording: Path, facts: Facts, tls: Server
) -> None:
    """Two accounts: what is asked of the one is not asked of the other, and all of it takes the latency at least."""
    result = measure(Case(Program.OURS, "tiny", 2, 0.01, tls=True), recording, facts, tls)
    assert result.requests == 2 * (facts.calls + 1)
    assert 1 < result.in_flight <= result.peak <= IN_FLIGHT
    assert result.wall > facts.least(accounts=2, latency=0.01)
    assert result.connections > IN_FLIGHT / 4


def test_boto3_trusts_the_replays_certificates(recording: Path, facts: Facts, tls: Server) -> None:
    assert measure(Case(Program.CACHED, "tiny", 1, 0.0, tls=True), recording, facts, tls).requests >= facts.calls
