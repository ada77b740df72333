"""Text as people read it: characters that steer terminals or reorder lines are shown, not obeyed; times are plain."""

from __future__ import annotations

import re
import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's general categories of characters that have no glyph of their own (Unicode Standard, table 4-4)."""


def visible(text: str) -> str:
    """The text on one line, every control, format, private or unassigned character written as ⟨U+202E⟩."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in _STEERING else c for c in text)


def when(time: str) -> str:
    """An RFC 3339 time of UTC as `2026-01-02 03:17 UTC`; anything else as it is."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(\.\d+)?)?Z$", r"\1 \2 UTC", time)
