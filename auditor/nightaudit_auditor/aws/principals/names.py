"""Many ARNs, and which of them a pattern covers: asked by hundreds of principals, answered without trying each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.policy.match import match, prefix, wild


def united(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """The union; the largest of the sets itself if the others are in it. Of an account's principals most may do a thing to nobody
    or to everybody, and each would keep a set of its own."""
    found = list(sets)
    largest = max(found, key=len, default=frozenset())
    return largest if all(one <= largest for one in found) else largest.union(*found)


class Names:
    """A set of ARNs."""

    def __init__(self, arns: Iterable[str]) -> None:
        self._sorted = sorted(arns)
        self._backwards = sorted(arn[::-1] for arn in self._sorted)
        self.all = frozenset(self._sorted)
        self._known: dict[str, frozenset[str]] = {"*": self.all}

    def matching(self, pattern: str) -> frozenset[str]:
        """The ARNs that a pattern of a policy covers."""
        if pattern not in self._known:
            self._known[pattern] = self.meeting(wild(pattern))
        return self._known[pattern]

    def meeting(self, pattern: str) -> frozenset[str]:
        """The same, of a pattern as `wild` makes it, and without remembering it."""
        beginning = _range(self._sorted, prefix(pattern))
        ending = _range(self._backwards, prefix(pattern[::-1]))
        arns = (
            self._sorted[beginning.start : beginning.stop]
            if len(beginning) <= len(ending)
            else [arn[::-1] for arn in self._backwards[ending.start : ending.stop]]
        )
        return frozenset(arn for arn in arns if match(pattern, arn) is Truth.YES)


def _range(texts: list[str], start: str) -> range:
    """Where those stand that begin with `start`."""
    first = bisect_left(texts, start)
    return range(first, bisect_left(texts, start + "\U0010ffff", first))
