"""A keyed work queue: one key is worked on by one worker at a time, is never twice in the line, and backs off when it fails."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 300.0


def backoff(failures: int, chance: float) -> float:
    """Seconds to wait after so many failures in a row (≥ 1); `chance` in [0, 1) spreads the upper half, so that keys that
    failed together do not come back together."""
    whole = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(failures - 1, 30))
    return float(whole / 2 + whole / 2 * chance)


class WorkQueue(Generic[K]):
    """For the tasks of one event loop."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._line: deque[K] = deque()
        self._waiting: set[K] = set()
        self._working: set[K] = set()
        self._again: set[K] = set()
        self._failures: dict[K, int] = {}
        self._timers: dict[K, asyncio.TimerHandle] = {}
        self._ready = asyncio.Event()

    def __len__(self) -> int:
        return len(self._line) + len(self._again)

    def add(self, key: K) -> None:
        """Work on the key soon; once more after its present work if it is being worked on."""
        if key in self._working:
            self._again.add(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._line.append(key)
            self._ready.set()

    def add_after(self, key: K, seconds: float) -> None:
        """Work on the key in so many seconds; an earlier appointment stays."""
        loop = asyncio.get_running_loop()
        timer, when = self._timers.get(key), loop.time() + seconds
        if timer is not None:
            if timer.when() <= when:
                return
            timer.cancel()
        self._timers[key] = loop.call_at(when, self._due, key)

    async def get(self) -> K:
        """The next key; it is the caller's until `done` or `failed`."""
        while not self._line:
            self._ready.clear()
            await self._ready.wait()
        key = self._line.popleft()
        self._waiting.discard(key)
        self._working.add(key)
        return key

    def done(self, key: K) -> None:
        self._failures.pop(key, None)
        self._release(key)

    def failed(self, key: K) -> float:
        """Try the key again later; in how many seconds."""
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        seconds = backoff(failures, self._chance())
        self._release(key)
        self.add_after(key, seconds)
        return seconds

    def failures(self, key: K) -> int:
        """How often in a row the key has failed."""
        return self._failures.get(key, 0)

    def close(self) -> None:
        """Cancel the appointments."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _due(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)

    def _release(self, key: K) -> None:
        self._working.discard(key)
        if key in self._again:
            self._again.discard(key)
            self.add(key)
