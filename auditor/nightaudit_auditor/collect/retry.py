"""Whether and when to ask again: back-off with jitter, a retry quota, and a breaker per region."""

from __future__ import annotations

import random

import msgspec

_QUOTA = 500
_COST = 5
_BREAKER = 5
_BREAKER_ONE_SERVICE = 20


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
    """The retry quota and the circuit breaker of one region of an account.

    The quota keeps a region that fails all the time from being asked four times as often as a healthy one. The breaker
    opens after five calls in a row that nobody answered if they went to several services, after twenty if to one.
    """

    def __init__(self) -> None:
        self._quota = _QUOTA
        self._failures = 0
        self._failed: set[str] = set()

    def unreachable(self) -> bool:
        """Whether to stop asking here."""
        return self._failures >= (_BREAKER if len(self._failed) > 1 else _BREAKER_ONE_SERVICE)

    def silent(self, service: str) -> None:
        """No connection to a service could be had, or no answer came through it."""
        self._failures += 1
        self._failed.add(service)

    def answered(self, *, ok: bool) -> None:
        """Somebody answered: the region is there. A success earns back a part of the quota."""
        self._failures = 0
        self._failed.clear()
        if ok:
            self._quota = min(self._quota + 1, _QUOTA)

    def may_retry(self) -> bool:
        """Take the cost of a retry from the quota; False if there is too little left."""
        if self._quota < _COST:
            return False
        self._quota -= _COST
        return True
