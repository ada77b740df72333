"""Run a program on one core, beside a replay on the other, and say what it used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from bench.recording import read_facts
from demo.cluster.paths import cache_folder

ROOT = Path(__file__).resolve().parents[1]
_REDIRECT = Path(__file__).resolve().parent / "redirect"
_HOST = "replay.internal"
"""Without TLS everything is asked of this one host: AWS's own names cannot be had without TLS."""


@dataclass(frozen=True)
class Usage:
    """What a program used: seconds of wall clock and of CPU (user and system), MiB of resident memory at its peak.

    `others`: seconds for which other programs had its core meanwhile. On a quiet machine there are hardly any.
    """

    wall: float
    cpu: float
    rss: float
    others: float
    said: str


@dataclass(frozen=True)
class Seen:
    """What the server saw of it. `in_flight` is the mean between the first request and the last answer, `busy` the server's CPU
    as a share of that time."""

    requests: int
    connections: int
    in_flight: float
    peak: int
    busy: float
    unknown: tuple[str, ...]


def cores() -> tuple[str, str]:
    """The core for the program and the one for the server; the same if there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    return str(usable[0]), str(usable[-1])


def run(argv: Sequence[str], environment: Mapping[str, str], *, statuses: Sequence[int] = (0,)) -> Usage:
    """Run to its end. Raises RuntimeError, with what it said, if its exit status is not one of `statuses`.

    The peak of memory is at least this process's own, which Linux hands on to what it starts: it is kept small.
    """
    with TemporaryDirectory(prefix="nightaudit-bench-") as scratch:
        output = Path(scratch) / "output"
        with output.open("wb") as file:
            began, busy = time.monotonic(), _busy(cores()[0])
            program = subprocess.Popen(
                ["taskset", "-c", cores()[0], *argv],
                env=dict(environment),
                cwd=ROOT,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            _, status, used = os.wait4(program.pid, 0)
            wall, busy = time.monotonic() - began, _busy(cores()[0]) - busy
        program.returncode = os.waitstatus_to_exitcode(status)
        said = output.read_text(errors="replace")
    if program.returncode not in statuses:
        raise RuntimeError(f"{' '.join(argv)} ended with status {program.returncode}:\n{said[-4000:]}")
    cpu = used.ru_utime + used.ru_stime
    return Usage(wall, cpu, used.ru_maxrss / 1024, max(0.0, busy - cpu), said)


def _busy(core: str) -> float:
    """Seconds for which a core has worked since the machine started (proc(5), stat)."""
    lines = Path("/proc/stat").read_text().splitlines()
    user, nice, system, _, _, *interrupts = next(line.split()[1:] for line in lines if line.startswith(f"cpu{core} "))
    return sum(map(int, (user, nice, system, *interrupts[:2]))) / os.sysconf("SC_CLK_TCK")


class Server:
    """A replay in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], tls: Path | None, nowhere: Sequence[str]) -> None:
        self._process = process
        self._tls = tls
        self._nowhere = nowhere
        self.port = int(json.loads(self._read())["port"])

    def restart(self, latency: float) -> None:
        """Answer after that many seconds from now on, and count anew."""
        self._ask({"latency": latency})

    def seen(self) -> Seen:
        """What was asked since."""
        counts = self._ask({})
        span = max(counts["last"] - counts["first"], 1e-9)
        return Seen(
            requests=counts["requests"], connections=counts["connections"], in_flight=counts["waited"] / span,
            peak=counts["peak"], busy=counts["busy"] / span, unknown=tuple(counts["unknown"]),
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """What leads a program here, and nowhere else."""
        own = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "NIGHTAUDIT_", "SLACK_", "PYTHON")) and not name.lower().endswith("_proxy")
        }  # fmt: skip
        own |= {
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "AKIABENCH00000000000", "AWS_SECRET_ACCESS_KEY": "of-no-use", "AWS_EC2_METADATA_DISABLED": "true",
            # The image holds compiled modules, too.
            "PYTHONPYCACHEPREFIX": str(cache_folder() / "bench" / "modules"),
            "PYTHONPATH": str(_REDIRECT), "BENCH_REPLAY": f"127.0.0.1:{self.port}",
        }  # fmt: skip
        if self._tls is None:
            return own | {"AWS_ENDPOINT_URL": f"http://{_HOST}:{self.port}"}
        return own | {"AWS_CA_BUNDLE": str(self._tls / "bundle.pem"), "BENCH_NOWHERE": ",".join(self._nowhere)}

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        _pipe(self._process.stdin).write(json.dumps(order) + "\n")
        _pipe(self._process.stdin).flush()
        found: dict[str, Any] = json.loads(self._read())
        return found

    def _read(self) -> str:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"the replay ended with status {self._process.wait()}")
        return line


@contextmanager
def server(recording: Path, *, tls: bool) -> Iterator[Server]:
    """A replay of `recording`, for as long as the body runs."""
    with TemporaryDirectory(prefix="nightaudit-bench-") as scratch:
        argv = ["taskset", "-c", cores()[1], sys.executable, "-m", "bench.replay", str(recording)]
        folder = Path(scratch) if tls else None
        if folder is not None:
            argv += ["--tls", str(folder)]
        process = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield Server(process, folder, read_facts(recording).nowhere)
        finally:
            _pipe(process.stdin).close()
            process.wait(10)
            _pipe(process.stdout).close()


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("the replay was started without pipes")
    return stream
