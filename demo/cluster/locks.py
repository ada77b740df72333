"""One holder at a time, across processes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.cluster.errors import ClusterError


@contextmanager
def locked(path: Path, what: str, *, seconds: float, announce: bool = False) -> Iterator[None]:
    """Hold the file lock `path`; the kernel releases it when the holder dies.

    `what` names the work that the lock guards. Raises ClusterError when another holder keeps it longer than `seconds`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + seconds
    with path.open("a") as file:
        waited = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ClusterError(f"{what}: another process holds {path} for more than {seconds:.0f} s") from None
                if announce and not waited:
                    print(f"{what}: another process is at it, waiting for it", flush=True)
                waited = True
                time.sleep(0.1)
        yield
