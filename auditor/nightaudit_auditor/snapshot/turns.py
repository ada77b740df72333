"""Long lists are read in turn: of more items than the catalogue's cap, each run reads the next ones, until all have been."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

NOT_ITS_TURN = "NotItsTurn"
"""The code of a call that this run did not make because others of its list were next."""


class Turn(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where the reading of one list stands.

    `after`: the last item that was read in this round; `since`: when the round began; `whole`: when the last finished round
    began, so that every item that existed then has been read since. Times are RFC 3339.
    """

    since: str
    after: str = ""
    whole: str = ""

    @property
    def age(self) -> str:
        """How old the oldest reading may be, in words."""
        return f"all were read since {self.whole}" if self.whole else f"not all have been read yet, since {self.since}"


def take(before: Turn | None, items: Sequence[str], cap: int, now: str) -> tuple[frozenset[str], Turn | None]:
    """Which of `items` (distinct, any order) this run reads, at most `cap`, and where that leaves the reading; None if it reads
    them all, so that there is nothing to remember.

    A round goes through the sorted items. Whatever comes and goes meanwhile, an item that stays is read once a round, and a round
    takes ceil(items / cap) runs.
    """
    if len(items) <= cap:
        return frozenset(items), None
    turn = before or Turn(since=now)
    if not turn.after:
        turn = Turn(since=now, whole=turn.whole)
    waiting = sorted(item for item in items if item > turn.after)
    chosen = waiting[:cap]
    if len(waiting) <= cap:
        return frozenset(chosen), Turn(since=now, whole=turn.since)
    return frozenset(chosen), msgspec.structs.replace(turn, after=chosen[-1])
