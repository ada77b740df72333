"""One measured run of one program, and which runs make the table."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench import schedules
from bench.measure import Server, Usage, run
from bench.recording import Facts

SAMPLE = 150
"""Calls that are made of those that go one after another: what one costs does not depend on how many there are."""
SAMPLED_ACCOUNTS = 5
"""Accounts that boto3 is measured on where there are more: it does them one by one, each at the cost of the one before."""


class Program(StrEnum):
    """What is compared."""

    OURS = "nightaudit run"
    UNPACED = "nightaudit run, unpaced"
    COLLECT = "nightaudit collect"
    CACHED = "boto3, cached clients, 64 threads"
    SINGLE = "boto3, one call after another, a client per call"


@dataclass(frozen=True)
class Case:
    """A row: a program over `accounts` accounts of a size, answers after `latency` seconds."""

    program: Program
    size: str
    accounts: int
    latency: float
    tls: bool
    repeats: int = 1


class Result(msgspec.Struct, frozen=True):
    """A measured row. Seconds, MiB; `scaled` says that wall, CPU, calls and connections were measured on that share of the
    calls, and multiplied. `busy` is the server's CPU as a share of the run, `others` the seconds that the program had to leave its
    core to others."""

    program: str
    size: str
    accounts: int
    latency: float
    tls: bool
    wall: float
    cpu: float
    rss: float
    requests: int
    connections: int
    in_flight: float
    peak: int
    busy: float
    others: float
    scaled: float = 1.0


class _Ran(msgspec.Struct):
    calls: int


def measure(case: Case, recording: Path, facts: Facts, server: Server) -> Result:
    """Run the case's program against `server`, `repeats` times; the run with the least CPU counts, as the least disturbed.

    Raises RuntimeError if the program fails, or asks for anything that was not recorded.
    """
    results = [_once(case, recording, facts, server) for _ in range(case.repeats)]
    return min(results, key=lambda result: result.cpu)


def _once(case: Case, recording: Path, facts: Facts, server: Server) -> Result:
    server.restart(case.latency)
    used, share = _PROGRAMS[case.program](case, recording, facts, server)
    seen = server.seen()
    if seen.unknown:
        raise RuntimeError(f"{case.program} asked what was not recorded: {seen.unknown[:3]}")
    return Result(
        program=case.program, size=case.size, accounts=case.accounts, latency=case.latency, tls=case.tls,
        wall=used.wall / share, cpu=used.cpu / share, rss=used.rss, requests=round(seen.requests / share),
        connections=round(seen.connections / share), in_flight=seen.in_flight, peak=seen.peak, busy=seen.busy,
        others=used.others / share, scaled=share,
    )  # fmt: skip


def _ours(case: Case, _: Path, __: Facts, server: Server) -> tuple[Usage, float]:
    with TemporaryDirectory(prefix="nightaudit-bench-") as scratch:
        folder = Path(scratch)
        schedule = str(schedules.write(folder / "schedule.json", schedules.accounts(case.accounts)))
        storage = (folder / "results").as_uri()
        argv = {
            Program.OURS: ["-m", "nightaudit_auditor", "run", "-f", schedule, "--storage", storage],
            Program.COLLECT: ["-m", "nightaudit_auditor", "collect", "-f", schedule, str(folder / "snapshot")],
            Program.UNPACED: ["-m", "bench.engines.unpaced", schedule, storage],
        }[case.program]
        return run([sys.executable, *argv], server.environment()), 1.0


def _boto3(case: Case, recording: Path, facts: Facts, server: Server) -> tuple[Usage, float]:
    accounts = min(case.accounts, SAMPLED_ACCOUNTS if case.program is Program.CACHED else 1)
    module = "bench.engines.cached" if case.program is Program.CACHED else "bench.engines.single"
    argv = [sys.executable, "-m", module, str(recording), "--accounts", str(accounts)]
    if case.program is Program.SINGLE and facts.calls > SAMPLE:
        argv += ["--sample", str(SAMPLE)]
    used = run(argv, server.environment())
    made = msgspec.convert(json.loads(used.said.strip().splitlines()[-1]), _Ran).calls
    return used, made / (facts.calls * case.accounts)


_PROGRAMS: dict[Program, Callable[[Case, Path, Facts, Server], tuple[Usage, float]]] = {
    Program.OURS: _ours,
    Program.COLLECT: _ours,
    Program.UNPACED: _ours,
    Program.CACHED: _boto3,
    Program.SINGLE: _boto3,
}


def cases(*, quick: bool) -> Iterator[Case]:
    """The rows of the table, those that share a server one after another."""
    programs = (Program.OURS, Program.UNPACED, Program.CACHED, Program.SINGLE)
    for size, accounts in (("small", 1),) if quick else (("small", 1), ("large", 1), ("small", 50)):
        for tls in (False,) if quick else (False, True):
            for latency in (0.0, 0.08) if accounts == 1 else (0.08,):
                for program in programs:
                    ours = program in (Program.OURS, Program.UNPACED)
                    yield Case(program, size, accounts, latency, tls, 2 if ours and accounts == 1 else 1)
