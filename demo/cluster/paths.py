"""Where the cluster keeps what it builds (cache) and what an instance leaves while it runs (state)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from demo.cluster.errors import ClusterError

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).resolve().parent

# Shared by every instance of the machine, whatever the user's folders: network addresses and locks are machine-wide,
# and both are meaningless after a reboot.
MACHINE = Path("/run/nightaudit")

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/nightaudit`, by default `~/.cache/nightaudit`."""
    return _base("XDG_CACHE_HOME", ".cache") / "nightaudit"


def state_folder(name: str) -> Path:
    """`$XDG_STATE_HOME/nightaudit/NAME`, by default under `~/.local/state`.

    Raises ClusterError when `name` is not a DNS label of at most 40 characters: it also names the node.
    """
    if not _NAME.fullmatch(name):
        raise ClusterError(
            f"instance name {name!r}: use at most 40 lower-case letters, digits and '-', beginning with a letter"
        )
    return _base("XDG_STATE_HOME", ".local/state") / "nightaudit" / name


def _base(variable: str, default: str) -> Path:
    # The XDG specification: a relative path in these variables is invalid and must be ignored.
    value = Path(os.environ.get(variable, ""))
    return value if value.is_absolute() else Path.home() / default
