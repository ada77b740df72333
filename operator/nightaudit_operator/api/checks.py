"""The names of checks: what the operator knows of the auditor's catalogue, as data of its own version (`make docs` writes it)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec

Severity = Literal["Critical", "High", "Medium", "Low", "Info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("Critical", "High", "Medium", "Low", "Info")
"""Worst first."""


class Catalogue(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`aliases`: every check id → CloudMapper's ids for it; `gravest`: → the worst severity that its findings may have.

    The checks in `always_run` cannot be excluded; those in `on_request` run only if they are included by name.
    """

    aliases: dict[str, tuple[str, ...]]
    always_run: frozenset[str]
    on_request: frozenset[str]
    gravest: dict[str, Severity]


CATALOGUE: Final = msgspec.json.decode(Path(__file__).with_name("checks.json").read_bytes(), type=Catalogue)


@lru_cache(maxsize=4096)
def named(pattern: str) -> frozenset[str]:
    """The ids of the checks that a name or a glob means; CloudMapper's ids are understood.

    The API's globs are fnmatch's here: their alphabet has no `[`, and names of checks have neither `/` nor `:`.
    """
    return frozenset(
        id_ for id_, aliases in CATALOGUE.aliases.items() if any(fnmatchcase(name, pattern) for name in (id_, *aliases))
    )


def named_by_any(patterns: Iterable[str]) -> frozenset[str]:
    """The ids of the checks that one of the globs means."""
    return frozenset().union(*map(named, patterns))


def selected(
    include: tuple[str, ...], exclude: tuple[str, ...], overrides: Mapping[str, Severity], minimum: Severity
) -> frozenset[str]:
    """The ids of the checks that run, but for those that always do. `overrides`: check id → severity."""
    wanted = named_by_any(include) if include else CATALOGUE.aliases.keys() - CATALOGUE.on_request
    severities = {**CATALOGUE.gravest, **overrides}
    worst = SEVERITIES[: SEVERITIES.index(minimum) + 1]
    return frozenset(id_ for id_ in wanted - named_by_any(exclude) - CATALOGUE.always_run if severities[id_] in worst)
