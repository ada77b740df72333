"""`python -m bench [--quick]`: record what is not recorded yet, measure everything, write docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench import digest, page, schedules
from bench.curve import svg
from bench.growth import Growth
from bench.measure import ROOT, cores, run, server
from bench.page import Measured
from bench.recording import Facts, read_facts
from bench.runs import Case, Result, cases, measure
from demo.cluster.paths import cache_folder

FACTORS = (1, 2, 4, 6, 8, 10)
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "images" / "checks-growth.svg"


def main() -> None:
    """Measure and write, or with `--page` only write what was measured last."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="the small account without TLS: a few minutes; writes nothing"
    )
    parser.add_argument("--page", action="store_true", help="write docs/performance.md from what was measured last")
    options = parser.parse_args()
    kept = cache_folder() / "bench" / "measured.json"
    if options.page:
        _write(msgspec.json.decode(kept.read_bytes(), type=Measured))
        return
    began = time.monotonic()
    measured = _measure(quick=options.quick)
    print(page.generated(measured))
    if not options.quick:
        kept.write_bytes(msgspec.json.encode(measured))
        _write(measured)
    print(f"\n{(time.monotonic() - began) / 60:.0f} minutes")


def _measure(*, quick: bool) -> Measured:
    wanted = list(cases(quick=quick))
    recordings = {size: _recording(size) for size in dict.fromkeys(case.size for case in wanted)}
    facts = {size: read_facts(path) for size, path in recordings.items()}
    results = tuple(_results(wanted, recordings, facts))
    return Measured(
        machine=_machine(), date=datetime.now(UTC).strftime("%Y-%m-%d"), command=_command(quick=quick),
        capacity=_capacity(recordings["small"]), facts=facts, results=results,
        growth=() if quick else tuple(_growth(recordings["large"])),
    )  # fmt: skip


def _recording(size: str) -> Path:
    path = cache_folder() / "bench" / f"{size}-{digest.digest(ROOT)}.msgpack.gz"
    if not path.with_suffix(".json").exists():
        print(f"generating and recording the {size} account …", flush=True)
        subprocess.run([sys.executable, "-m", "bench.record", size, str(path)], cwd=ROOT, check=True)
    return path


def _results(wanted: Iterable[Case], recordings: dict[str, Path], facts: dict[str, Facts]) -> Iterator[Result]:
    for (size, tls), group in groupby(wanted, key=lambda case: (case.size, case.tls)):
        with server(recordings[size], tls=tls) as serving:
            for case in group:
                result = measure(case, recordings[size], facts[size], serving)
                print(f"{case}: {result.wall:.1f} s, {result.cpu:.1f} s CPU, {result.rss:.0f} MiB", flush=True)
                yield result


def _capacity(recording: Path) -> float:
    with server(recording, tls=False) as serving:
        serving.restart(0.0)
        return float(run([sys.executable, "-m", "bench.capacity", str(serving.port)], os.environ).said)


def _growth(recording: Path) -> Iterator[Growth]:
    with TemporaryDirectory(prefix="nightaudit-bench-") as scratch:
        folder = Path(scratch)
        schedule = schedules.write(folder / "schedule.json", schedules.accounts(1))
        with server(recording, tls=False) as serving:
            serving.restart(0.0)
            argv = [sys.executable, "-m", "nightaudit_auditor", "collect", "-f", str(schedule), str(folder)]
            run(argv, serving.environment())
        for factor in FACTORS:
            argv = [sys.executable, "-m", "bench.growth", str(folder), str(schedule), str(factor)]
            yield msgspec.json.decode(run(argv, os.environ).said, type=Growth)


def _command(*, quick: bool) -> str:
    """As it was called. On a machine that has other work, real-time priority keeps that off the cores."""
    first = os.sched_getscheduler(0) == os.SCHED_FIFO
    priority = f"chrt --fifo {os.sched_getparam(0).sched_priority} " if first else ""
    return f"{priority}make bench{' BENCH=quick' if quick else ''}"


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    ours, theirs = cores()
    pinned = "the program on one core, the server on the other" if ours != theirs else "program and server on one core"
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {pinned}"


def _write(measured: Measured) -> None:
    PAGE.write_text(page.filled(PAGE.read_text(), measured))
    if measured.growth:
        PICTURE.write_text(svg(measured.growth))


if __name__ == "__main__":
    main()
