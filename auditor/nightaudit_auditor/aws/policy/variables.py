"""Policy variables (IAM User Guide, "IAM policy elements: Variables and tags").

`${key}` is what the request says of the key, `${key, 'default'}` is the default where it says nothing, and `${*}`, `${?}` and
`${$}` are these characters. Whatever a variable becomes is text: no character of it is a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from math import prod

from nightaudit_auditor.aws.policy.facts import Alternatives, Facts
from nightaudit_auditor.aws.policy.match import is_wild, wild
from nightaudit_auditor.aws.policy.truth import Truth, over

_VARIABLE = re.compile(r"\$\{(?=\s*+[^,}\s])([^,}]*+)(?:,\s*+'([^']*+)'\s*+|,([^}]*+))?\}")
"""Possessive, so that no text of many beginnings, or of many blanks, is gone through again and again."""
_CHARACTERS = frozenset("*?$")
_ANYTHING = wild("*")
_UNKNOWN: Alternatives = (("*",),)
_MOST = 64
"""So many ways to read one text are tried; beyond, a variable that has several values is one that nobody knows."""

Part = tuple[str, str, str | None]
"""(text, the variable after it, its default as a pattern); the last part of a text has no variable."""
Reading = tuple[str, bool]
"""A pattern as `wild` makes it, and whether it is what the text comes to; else that is one of those that the pattern matches."""


def has_variables(text: str) -> bool:
    """Whether there may be any: most texts have none, and need no reading."""
    return "${" in text


def readings(text: str, facts: Facts, *, wildcards: bool = True) -> Iterator[Reading | None]:
    """Whatever a text with variables can come to. None: nothing, because the request lacks a key, and nothing is like that.

    `wildcards` is False where `*` and `?` are characters anyway (StringEquals).
    """
    parts = _parts(text)
    known = {key: _usable(facts.of(key)) for _, key, _ in parts if key and key not in _CHARACTERS}
    if prod(map(len, known.values())) > _MOST:
        known = {key: found if len(found) == 1 else _UNKNOWN for key, found in known.items()}
    for chosen in product(*known.values()):
        yield _read(parts, dict(zip(known, chosen, strict=True)), wildcards)


def judged(found: Iterator[Reading | None], matches: Callable[[str], Truth]) -> Truth:
    """What `matches` says of all readings together: one that is not known is never surely matched."""
    return over(_one(reading, matches) for reading in found)


def _one(reading: Reading | None, matches: Callable[[str], Truth]) -> Truth:
    if reading is None:
        return Truth.NO
    pattern, certain = reading
    return matches(pattern) if certain else min(matches(pattern), Truth.MAYBE)


def _usable(found: Alternatives) -> Alternatives:
    """A key of several values is no variable, AWS says, and does not say what becomes of the text."""
    return tuple(("*",) if values is not None and len(values) != 1 else values for values in found)


def _read(parts: tuple[Part, ...], values: Mapping[str, tuple[str, ...] | None], wildcards: bool) -> Reading | None:
    read, certain = "", True
    for text, key, default in parts:
        read += wild(text) if wildcards else text
        if not key or key in _CHARACTERS:
            read += key
            continue
        given = values[key]
        if given is not None:
            value = wild(given[0])
        elif default is not None:
            value = wild(default) if wildcards else default  # AWS does not say whether a `*` in it is a wildcard
        else:
            return None
        certain = certain and not is_wild(value)
        read += value
    return read, certain


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    start = 0
    for found in _VARIABLE.finditer(text):
        default = found[2] if found[3] is None else _ANYTHING  # a default without quotes: nothing is documented of it
        parts.append((text[start : found.start()], found[1].strip().lower(), default))
        start = found.end()
    return (*parts, (text[start:], "", None))
