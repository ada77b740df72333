"""The glob language of the manifests: anchored, `*` stays inside a segment, `**` crosses segments, `?` is one character."""

from __future__ import annotations

import re
from functools import lru_cache

_CROSSING = re.compile(r"\*\*+")
_SEGMENT = "[^/:]"


def glob_matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches `pattern`, case-sensitively.

    `*` is any run of characters other than `/` and `:` (the separators of ARNs), `**` any run at all, `?` one character
    other than `/` and `:`. Every other character stands for itself: no pattern is invalid.
    """
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """With atomic groups, as nothing is gained by going back into one: what ends first leaves the most to what follows. Without
    them, a pattern of a dozen wildcards could be tried on a long name for hours."""
    first, *rest = _CROSSING.split(pattern)
    if not rest:
        return re.compile(_ending(first), re.DOTALL)
    *middle, last = rest
    crossings = "".join(f"(?>.*?{_beginning(part)})" for part in middle)
    return re.compile(f"{_beginning(first)}{crossings}.*{_ending(last)}", re.DOTALL)


def _beginning(part: str) -> str:
    """What stands before a `**`."""
    head, *rest = (_fixed(text) for text in part.split("*"))
    return head + "".join(f"(?>{_SEGMENT}*?{text})" for text in rest)


def _ending(part: str) -> str:
    """What the pattern ends with, after its last `**`."""
    head, star, last = part.rpartition("*")
    return f"{_beginning(head)}{_SEGMENT}*{_fixed(last)}" if star else _fixed(last)


def _fixed(text: str) -> str:
    return _SEGMENT.join(map(re.escape, text.split("?")))
