"""Many ARNs, and which of them a pattern covers: asked by hundreds of principals, answered without trying each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.policy.match import match, prefix, wild


class Names:
    """A set of ARNs."""

    def __init__(self, arns: Iterable[str]) -> None:
        self._sorted = sorted(arns)
        self.all = frozenset(self._sorted)
        self._known: dict[str, frozenset[str]] = {"*": self.all}

    def matching(self, pattern: str) -> frozenset[str]:
        """The ARNs that a pattern of a policy covers."""
        if pattern not in self._known:
            text = wild(pattern)
            start = prefix(text)
            self._known[pattern] = frozenset(arn for arn in self._from(start) if match(text, arn) is Truth.YES)
        return self._known[pattern]

    def _from(self, start: str) -> list[str]:
        first = bisect_left(self._sorted, start)
        return self._sorted[first : bisect_left(self._sorted, start + "\U0010ffff", first)]
