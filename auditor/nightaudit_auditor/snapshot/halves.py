"""JSON may escape half of a surrogate pair (RFC 8259, section 8.2). Nobody can store or send it: one policy's text would end a run."""

from __future__ import annotations

from typing import Any


def without_halves(value: Any) -> Any:
    """The same JSON value with U+FFFD, the replacement character, for each half of a surrogate pair, in keys and texts."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {without_halves(key): without_halves(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_halves(each) for each in value]
    return value
