"""Long-running programs: say what runs, for how long it will, and keep their output for when they fail."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo.cluster.errors import ClusterError
from demo.cluster.waiting import tail


def run_long(
    what: str,
    argv: Sequence[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float = 3600,
) -> float:
    """Run a program with its output in `log`; a second counter on a terminal, else a line every 30 s.

    Returns the seconds it took. Raises ClusterError with the end of the log when it fails or exceeds `seconds`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    print(what, flush=True)
    live = sys.stdout.isatty()
    began = time.monotonic()
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                list(argv), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env
            )
        except FileNotFoundError as error:
            raise ClusterError(f"{what}: {argv[0]} is not installed") from error
        try:
            _watch(process, began, seconds=seconds, live=live)
        except BaseException:
            process.kill()
            process.wait()
            raise
    elapsed = time.monotonic() - began
    if live:
        print("\r\033[K", end="")
    if process.returncode != 0:
        raise ClusterError(f"{what}: {argv[0]} ended with status {process.returncode}\n{tail(log)}")
    print(f"  done in {elapsed:.0f} s", flush=True)
    return elapsed


def _watch(process: subprocess.Popen[bytes], began: float, *, seconds: float, live: bool) -> None:
    said = 0.0
    while True:
        try:
            process.wait(timeout=1 if live else 0.2)
            return
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - began
        if elapsed > seconds:
            raise ClusterError(f"{process.args!r} is not done after {seconds:.0f} s")
        if live:
            print(f"\r  {elapsed:.0f} s", end="", flush=True)
        elif elapsed - said >= 30:
            said = elapsed
            print(f"  … {elapsed:.0f} s", flush=True)
