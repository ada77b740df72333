"""Whether and when to ask again: how many attempts, for how long, and the waits between them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import msgspec

_FOR_ROLES = 12


class Backoff(msgspec.Struct, frozen=True):
    """Attempts in all, and the seconds between them: full jitter below base * 2^(n - 1) after the nth, at most `cap`."""

    attempts: int
    base: float
    cap: float

    def seconds(self, attempt: int, rng: random.Random) -> float:
        """The wait after the attempt of that number (from 1)."""
        # The power is bounded before it is taken: by time alone there may be any number of attempts.
        return rng.uniform(0, min(self.cap, self.base * 2 ** min(attempt - 1, 32)))


class Patience(msgspec.Struct, frozen=True):
    """How often to ask again, and when to stop asking who does not answer.

    Throttling deserves more patience than faults, as it is certain to pass. A connection that cannot be had, breaks or stays
    without an answer (a name server that restarts, a proxy that reloads, a gateway that fails over) is asked for again for
    `hiccup` seconds at least, though its attempts be used up: such faults befall everything at once.
    """

    throttled: Backoff = Backoff(attempts=8, base=1.0, cap=20.0)
    transient: Backoff = Backoff(attempts=4, base=0.2, cap=5.0)
    hiccup: float = 10.0
    silence: float = 20.0
    """Seconds without any answer after which a region, or one operation, may be given up."""
    probe: float = 5.0
    """Seconds between two calls that are let through to what was given up."""

    def for_roles(self) -> Patience:
        """For AssumeRole: a whole account is lost with it, and STS's silence towards one is no verdict on the next."""
        transient = msgspec.structs.replace(self.transient, attempts=2 * self.transient.attempts)
        return msgspec.structs.replace(
            self, transient=transient, hiccup=_FOR_ROLES * self.hiccup, silence=_FOR_ROLES * self.silence
        )


class Attempts:
    """What has been tried for one request, and how long to wait before the next attempt; None: there is none left."""

    def __init__(self, patience: Patience, rng: random.Random, clock: Callable[[], float] = time.monotonic) -> None:
        self.renewed = self.clock_set = self.redirected = False
        self._patience = patience
        self._rng = rng
        self._clock = clock
        self._throttled = self._transient = self._unconnected = 0
        self._unconnected_since = 0.0

    def throttled(self) -> float | None:
        """AWS said slow down."""
        self._throttled += 1
        return self._wait(self._patience.throttled, self._throttled)

    def transient(self) -> float | None:
        """AWS, or somebody in its place, said something wrong."""
        self._transient += 1
        return self._wait(self._patience.transient, self._transient)

    def unconnected(self) -> float | None:
        """There was no connection, or it broke, or stayed without an answer."""
        now = self._clock()
        if self._unconnected == 0:
            self._unconnected_since = now
        self._unconnected += 1
        if now - self._unconnected_since < self._patience.hiccup:
            return self._patience.transient.seconds(self._unconnected, self._rng)
        return self._wait(self._patience.transient, self._unconnected)

    def _wait(self, backoff: Backoff, attempt: int) -> float | None:
        return backoff.seconds(attempt, self._rng) if attempt < backoff.attempts else None
