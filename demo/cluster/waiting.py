"""Waits that end, and that say what they waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from demo.cluster.errors import ClusterError


def wait_until(
    what: str, probe: Callable[[], bool], *, seconds: float, explain: Callable[[], str] | None = None
) -> None:
    """Call `probe` until it is true; it may raise ClusterError to give up at once.

    Raises ClusterError naming `what` after `seconds`, with what `explain` has to say (the tail of a log).
    """
    deadline = time.monotonic() + seconds
    pause = 0.05
    while not probe():
        if time.monotonic() > deadline:
            details = f"\n{explain()}" if explain else ""
            raise ClusterError(f"waited {seconds:.0f} s for {what}, in vain{details}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def tail(path: Path, lines: int = 25) -> str:
    """The last lines of a log under a heading with its path; says so when there is none."""
    if not path.exists():
        return f"(no log at {path})"
    text = path.read_text(errors="replace").splitlines()
    return "\n".join([f"--- last lines of {path}", *text[-lines:]])
