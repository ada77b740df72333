"""Who is not asked any more because nobody answers, and how it is found out that somebody does again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from nightaudit_auditor.collect.retry import Patience

_QUOTA = 500
_COST = 5
_CALLS = 5
_ATTEMPTS_OF_ONE_OPERATION = 20


class Breaker:
    """Silence that lasts, from its first unanswered attempt to its latest; `code` is what calls end with because of it.

    The time in between counts and not the time that passes: that nothing was asked for a while says nothing. Once somebody
    was given up, one call is let through every few seconds, as a probe, and whoever comes while it is under way waits for
    its end. The others are not asked, so that what is down for good costs a bounded time.
    """

    def __init__(self, code: str, patience: Patience, clock: Callable[[], float]) -> None:
        self.code = code
        self.attempts = 0
        self.used_up: Counter[str] = Counter()
        """By service, how many calls have come to the end of their attempts."""
        self._patience = patience
        self._clock = clock
        self._first = self._last = 0.0
        self._probed = float("-inf")
        self._probe: asyncio.Future[None] | None = None

    @property
    def lasts(self) -> bool:
        """Whether it has been silent for so long that it is no hiccup."""
        return self.attempts > 0 and self._last - self._first >= self._patience.silence

    def silent(self) -> None:
        """An attempt got no answer."""
        self._last = self._clock()
        if self.attempts == 0:
            self._first = self._last
        self.attempts += 1

    def answered(self) -> None:
        """Somebody is there."""
        self.attempts = 0
        self.used_up.clear()

    async def lets_through(self) -> bool:
        """Whether the caller is the probe, who must say `probe_ended`; else what it waited for has ended, if there was one."""
        if self._probe is not None:
            await asyncio.shield(self._probe)
            return False
        now = self._clock()
        if now - self._probed < self._patience.probe:
            return False
        self._probed = now
        self._probe = asyncio.get_running_loop().create_future()
        return True

    def probe_ended(self) -> None:
        """The next probe is due some seconds from now."""
        self._probed = self._clock()
        if self._probe is not None:
            self._probe.set_result(None)
            self._probe = None


class RegionHealth:
    """The retry quota and the circuit breakers of one region of an account, or of what else fails together.

    The quota keeps a region that answers with faults all the time from being asked four times as often as a healthy one.

    A region is given up when nobody in it has answered for `Patience.silence` seconds and five calls to several services
    have used up their attempts. An operation is given up when twenty attempts of it in a row, over as long a time, had no
    answer: whatever else there is must not suffer for it. An answer ends both.
    """

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self._quota = _QUOTA
        self._patience = patience
        self._clock = clock
        self._region = Breaker("RegionUnreachable", patience, clock)
        self._operations: dict[tuple[str, str], Breaker] = {}

    def given_up(self, service: str, operation: str) -> Breaker | None:
        """Because of what an operation is not asked here at the moment; None if it may be asked."""
        region = self._region
        if len(region.used_up) > 1 and region.used_up.total() >= _CALLS and region.lasts:
            return region
        one = self._operations.get((service, operation)) if self._operations else None
        return one if one is not None and one.attempts >= _ATTEMPTS_OF_ONE_OPERATION and one.lasts else None

    def silent(self, service: str, operation: str) -> None:
        """An attempt got no connection, or nothing came through it."""
        self._region.silent()
        key = (service, operation)
        if key not in self._operations:
            self._operations[key] = Breaker("OperationUnanswered", self._patience, self._clock)
        self._operations[key].silent()

    def used_up(self, service: str) -> None:
        """A call has ended without an answer, after all its attempts."""
        self._region.used_up[service] += 1

    def answered(self, service: str, operation: str, *, ok: bool) -> None:
        """Somebody answered: the region is there. A success earns back a part of the quota."""
        if self._region.attempts:
            self._region.answered()
        if self._operations and (one := self._operations.pop((service, operation), None)) is not None:
            one.answered()
        if ok:
            self._quota = min(self._quota + 1, _QUOTA)

    def may_retry(self) -> bool:
        """Take the cost of a retry from the quota; False if there is too little left."""
        if self._quota < _COST:
            return False
        self._quota -= _COST
        return True
