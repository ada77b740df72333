"""Sets of whole numbers as sorted ranges: the arithmetic under port sets and address sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intervals:
    """A set of whole numbers: inclusive ranges, sorted, disjoint and never adjacent, so that equal sets are equal objects."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[tuple[int, int]]) -> Intervals:
        """The union of inclusive ranges, in any order. Raises ValueError for a range that ends before it begins."""
        merged: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if last < first:
                raise ValueError(f"range {first}-{last} ends before it begins")
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return cls(tuple(merged))

    @property
    def size(self) -> int:
        """How many numbers the set holds (`len` could not say: IPv6 has more addresses than a C integer counts)."""
        return sum(last - first + 1 for first, last in self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.ranges)

    def __or__(self, other: Intervals) -> Intervals:
        return Intervals.of((*self.ranges, *other.ranges))

    def __and__(self, other: Intervals) -> Intervals:
        common: list[tuple[int, int]] = []
        mine, theirs = 0, 0
        while mine < len(self.ranges) and theirs < len(other.ranges):
            first = max(self.ranges[mine][0], other.ranges[theirs][0])
            last = min(self.ranges[mine][1], other.ranges[theirs][1])
            if first <= last:
                common.append((first, last))
            if self.ranges[mine][1] < other.ranges[theirs][1]:
                mine += 1
            else:
                theirs += 1
        return Intervals(tuple(common))

    def __sub__(self, other: Intervals) -> Intervals:
        left: list[tuple[int, int]] = []
        theirs = 0
        for begin, last in self.ranges:
            first = begin
            while theirs < len(other.ranges) and other.ranges[theirs][1] < first:
                theirs += 1
            position = theirs
            while position < len(other.ranges) and other.ranges[position][0] <= last:
                if first < other.ranges[position][0]:
                    left.append((first, other.ranges[position][0] - 1))
                first = other.ranges[position][1] + 1
                position += 1
            if first <= last:
                left.append((first, last))
        return Intervals(tuple(left))

    def __le__(self, other: Intervals) -> bool:
        """Whether this set is a subset of the other."""
        return not self - other


EMPTY = Intervals()
