"""Text from AWS made safe to look at: characters that steer terminals or reorder lines are shown, not obeyed."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's general categories of characters that have no glyph of their own (Unicode Standard, table 4-4)."""


def visible(text: str) -> str:
    """The text on one line, every control, format, private or unassigned character written as ⟨U+202E⟩."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"⟨U+{ord(c):04X}⟩" if unicodedata.category(c) in _STEERING else c for c in text)
