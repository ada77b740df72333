"""The names of checks: what the operator knows of the auditor's catalogue, as data of its own version (`make docs` writes it)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec


class Catalogue(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`aliases`: every check id → CloudMapper's ids for it. The checks in `always_run` cannot be excluded."""

    aliases: dict[str, tuple[str, ...]]
    always_run: frozenset[str]


CATALOGUE: Final = msgspec.json.decode(Path(__file__).with_name("checks.json").read_bytes(), type=Catalogue)


@lru_cache(maxsize=4096)
def named(pattern: str) -> frozenset[str]:
    """The ids of the checks that a name or a glob means; CloudMapper's ids are understood.

    The API's globs are fnmatch's here: their alphabet has no `[`, and names of checks have neither `/` nor `:`.
    """
    return frozenset(
        id_ for id_, aliases in CATALOGUE.aliases.items() if any(fnmatchcase(name, pattern) for name in (id_, *aliases))
    )
