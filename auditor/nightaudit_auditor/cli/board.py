"""What is known of a collection while it goes on: plain counts, for a terminal and for a log to show."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from nightaudit_auditor.collect.progress import CallFinished, CollectedAccount
from nightaudit_auditor.snapshot import GLOBAL

_GOOD = ("ok", "absent", "gone")
_RECENT_SECONDS = 5.0


@dataclass
class AccountBoard:
    """One account. `open` counts the calls that are known to be needed and not yet answered, by region and by service.

    Regions and services are those of which something was asked; one with an open call is not done, and may become open again:
    an answer can ask for more.
    """

    name: str
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: int = 0
    holes: int = 0
    throttled: int = 0
    finished: bool = False
    error: str = ""

    def _count(self, part: int) -> tuple[int, int]:
        all_ = {key[part] for key in self.asked} - {GLOBAL}
        return len(all_ - {key[part] for key, left in self.open.items() if left}), len(all_)

    @property
    def regions_done(self) -> tuple[int, int]:
        """(done, all)."""
        return self._count(0)

    @property
    def services_done(self) -> tuple[int, int]:
        """(done, all)."""
        return self._count(1)

    @property
    def waiting(self) -> int:
        """Calls known to be needed and not yet answered."""
        return self.open.total()


class Board:
    """Listens as a Progress. Times are those of time.monotonic()."""

    def __init__(self, now: float) -> None:
        self.started = now
        self.total = 0
        self.accounts: dict[str, AccountBoard] = {}
        self.calls = 0
        self.holes = 0
        self.throttled = 0
        self._recent: deque[float] = deque()

    def run_started(self, accounts: int) -> None:
        self.total = accounts

    def account_started(self, account: str, name: str, _regions: tuple[str, ...]) -> None:
        self.accounts[account] = AccountBoard(name)

    def call_started(self, account: str, region: str, service: str) -> None:
        board = self.accounts[account]
        board.asked[region, service] += 1
        board.open[region, service] += 1

    def throttle(self, account: str) -> None:
        self.throttled += 1
        if account in self.accounts:
            self.accounts[account].throttled += 1

    def call_finished(self, call: CallFinished, now: float) -> None:
        hole = call.outcome.value not in _GOOD
        self.calls += 1
        self.holes += hole
        self._recent.append(now)
        board = self.accounts.get(call.account)
        if board is None:
            return
        board.done += 1
        board.holes += hole
        if board.open[call.region, call.service] > 0:
            board.open[call.region, call.service] -= 1

    def account_finished(self, account: CollectedAccount) -> None:
        board = self.accounts[account.account]
        board.finished, board.error = True, account.error

    @property
    def finished(self) -> int:
        """Accounts that are done."""
        return sum(board.finished for board in self.accounts.values())

    def rate(self, now: float) -> float:
        """Answers per second, over the last five seconds."""
        while self._recent and self._recent[0] < now - _RECENT_SECONDS:
            self._recent.popleft()
        return len(self._recent) / max(min(_RECENT_SECONDS, now - self.started), 0.1)

    def at_least(self, now: float) -> float | None:
        """Seconds that the calls which are known to be needed will take at the present rate.

        A lower bound, and to be called so: answers ask for further calls, and accounts that have not begun are not in it. None
        while nothing is answered.
        """
        rate = self.rate(now)
        waiting = sum(board.waiting for board in self.accounts.values())
        return waiting / rate if rate else None
