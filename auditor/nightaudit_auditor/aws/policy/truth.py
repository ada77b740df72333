"""Three-valued logic: what holds, what does not, and what hangs on facts that are not known or that a caller may choose."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Kleene's three values, ordered: `and` is the least of them, `or` the greatest."""

    NO = 0
    MAYBE = 1
    YES = 2

    def negated(self) -> Truth:
        """NO for YES, YES for NO; what is not known stays so."""
        return Truth(2 - self)


def every(values: Iterable[Truth]) -> Truth:
    """YES if there are none."""
    return min(values, default=Truth.YES)


def some(values: Iterable[Truth]) -> Truth:
    """NO if there are none."""
    return max(values, default=Truth.NO)


def over(alternatives: Iterable[Truth]) -> Truth:
    """The common value of all alternatives, MAYBE if they differ (NO if there are none)."""
    values = set(alternatives)
    return values.pop() if len(values) == 1 else (Truth.MAYBE if values else Truth.NO)
