"""The action table, read when it is first asked; names are compared without regard to case, as IAM compares them.

`table.json.gz` holds {"source": {…}, "actions": {service prefix: {access level: [name, …]}}}; `tools/actions.py` writes it.
"""

from __future__ import annotations

import gzip
import re
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("table.json.gz")
_PATTERNS = 4096
"""Patterns whose expansion is kept: the policies of an account say the same ones over and over."""


class AccessLevel(StrEnum):
    """What an action does, in AWS's words ("Access levels in policy summaries", IAM User Guide)."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS = "Permissions management"


class Source(msgspec.Struct, frozen=True):
    """Where the table comes from. `published` is the month (YYYY-MM) in which `version` of `package` came out."""

    package: str
    version: str
    published: str
    licence: str


class Table(msgspec.Struct, frozen=True):
    """The file's content."""

    source: Source
    actions: dict[str, dict[AccessLevel, list[str]]]


def known(action: str) -> bool:
    """Whether AWS has an action of this name (`service:Action`)."""
    return access_level(action) is not None


def access_level(action: str) -> AccessLevel | None:
    """What the action does; None if the table has no such action."""
    service, _, name = action.partition(":")
    found = _service(service.lower()).get(name.lower())
    return found and found[1]


@lru_cache(maxsize=_PATTERNS)
def expand(pattern: str) -> tuple[str, ...]:
    """The actions that a pattern of a policy (`s3:Get*`, `*`) stands for, sorted, spelled as AWS spells them."""
    prefix, _, names = pattern.partition(":") if pattern != "*" else ("*", ":", "*")
    service, name = _glob(prefix), _glob(names)
    return tuple(
        sorted(
            f"{one}:{spelled}"
            for one in _table().actions
            if service.fullmatch(one)
            for spelled, _ in _service(one).values()
            if name.fullmatch(spelled)
        )
    )


def source() -> Source:
    """Where the table comes from, and how old it is."""
    return _table().source


def _glob(text: str) -> re.Pattern[str]:
    """`*` is any run of characters, `?` exactly one (IAM User Guide, "IAM JSON policy elements: Action")."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)


@cache
def _table() -> Table:
    return msgspec.json.decode(gzip.decompress(_FILE.read_bytes()), type=Table)


@cache
def _service(prefix: str) -> dict[str, tuple[str, AccessLevel]]:
    """The service's actions by their name in lower case; empty for a prefix that nobody has."""
    levels = _table().actions.get(prefix, {})
    return {name.lower(): (name, level) for level, names in levels.items() for name in names}
