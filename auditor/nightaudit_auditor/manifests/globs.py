"""The glob language of the manifests: anchored, `*` stays inside a segment, `**` crosses segments, `?` is one character."""

from __future__ import annotations

import re
from functools import lru_cache

_WILDCARD = re.compile(r"\*\*+|\*|\?")


def glob_matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches `pattern`, case-sensitively.

    `*` is any run of characters other than `/` and `:` (the separators of ARNs), `**` any run at all, `?` one character
    other than `/` and `:`. Every other character stands for itself: no pattern is invalid.
    """
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    end = 0
    for wildcard in _WILDCARD.finditer(pattern):
        parts += [re.escape(pattern[end : wildcard.start()]), _translated(wildcard[0])]
        end = wildcard.end()
    return re.compile("".join([*parts, re.escape(pattern[end:])]), re.DOTALL)


def _translated(wildcard: str) -> str:
    if wildcard == "?":
        return "[^/:]"
    return "[^/:]*" if wildcard == "*" else ".*"
