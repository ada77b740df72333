"""One holder at a time, across processes."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from demo.cluster.errors import ClusterError


@contextmanager
def locked(path: Path, what: str, *, seconds: float, announce: bool = False) -> Iterator[None]:
    """Hold the file lock `path`; the kernel releases it when the holder dies.

    `what` names the work that the lock guards. Raises ClusterError when another holder keeps it longer than `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + seconds
    waited = False
    while True:
        with path.open("a") as file:
            if _take(file, path):
                yield
                return
        if time.monotonic() > deadline:
            raise ClusterError(f"{what}: another process holds {path} for more than {seconds:.0f} s")
        if announce and not waited:
            print(f"{what}: another process is at it, waiting for it", flush=True)
        waited = True
        time.sleep(0.1)


def _take(file: TextIO, path: Path) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # A holder may remove the file with what it guards: then this lock is on a file that nobody else will ever open.
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
