"""Whether and when to ask again: back-off with jitter, a retry quota, and circuit breakers per region."""

from __future__ import annotations

import random
from collections import Counter

import msgspec

_QUOTA = 500
_COST = 5
_BREAKER = 5
_BREAKER_ONE_OPERATION = 20


class Backoff(msgspec.Struct, frozen=True):
    """Attempts in all, and the seconds between them: full jitter below base * 2^n, at most `cap`."""

    attempts: int
    base: float
    cap: float

    def seconds(self, attempt: int, rng: random.Random) -> float:
        """The wait after the attempt of that number (from 1)."""
        return rng.uniform(0, min(self.cap, self.base * 2 ** (attempt - 1)))


class Patience(msgspec.Struct, frozen=True):
    """How often to ask again: throttling deserves more patience than faults, as it is certain to pass."""

    throttled: Backoff = Backoff(attempts=8, base=1.0, cap=20.0)
    transient: Backoff = Backoff(attempts=4, base=0.2, cap=5.0)


class RegionHealth:
    """The retry quota and the circuit breakers of one region of an account.

    The quota keeps a region that fails all the time from being asked four times as often as a healthy one. After five calls in
    a row to several services that nobody answered, nothing is asked in the region any more; after twenty of one operation,
    that operation is not: whatever else there is must not suffer for it.
    """

    def __init__(self) -> None:
        self._quota = _QUOTA
        self._silent: Counter[str] = Counter()
        self._operations: Counter[tuple[str, str]] = Counter()

    def given_up(self, service: str, operation: str) -> str:
        """Why an operation is not asked here any more, as a code; "" if it may be asked."""
        if len(self._silent) > 1 and self._silent.total() >= _BREAKER:
            return "RegionUnreachable"
        return "OperationUnanswered" if self._operations[service, operation] >= _BREAKER_ONE_OPERATION else ""

    def silent(self, service: str, operation: str) -> None:
        """No connection could be had, or no answer came through it."""
        self._silent[service] += 1
        self._operations[service, operation] += 1

    def answered(self, service: str, operation: str, *, ok: bool) -> None:
        """Somebody answered: the region is there. A success earns back a part of the quota."""
        self._silent.clear()
        self._operations.pop((service, operation), None)
        if ok:
            self._quota = min(self._quota + 1, _QUOTA)

    def may_retry(self) -> bool:
        """Take the cost of a retry from the quota; False if there is too little left."""
        if self._quota < _COST:
            return False
        self._quota -= _COST
        return True
