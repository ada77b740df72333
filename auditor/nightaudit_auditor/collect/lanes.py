"""How many requests are under way at once, and who comes next."""

from __future__ import annotations

import asyncio
from heapq import heappop, heappush
from itertools import count

_LEAST = 2
_MOST = 16
_PATIENCE = 5
"""How many may be in a lane for each request that is under way."""


class Gate:
    """Lets `width` in at once. Of those who wait the most urgent comes next, of equals who came first."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._inside = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    def turn(self, urgency: int) -> _Turn:
        """Wait for a place, have it for as long as the body runs, and give it to the next."""
        return _Turn(self, urgency)

    async def enter(self, urgency: int) -> None:
        """Wait for a place; who has one must `leave`."""
        if self._inside < self.width:
            self._inside += 1
        else:
            await self._wait(urgency)

    def leave(self) -> None:
        """Give the place to the next."""
        self._inside -= 1
        self._admit()

    async def _wait(self, urgency: int) -> None:
        place = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (-urgency, next(self._arrivals), place))
        self.queued(self._inside + len(self._waiting))
        self._admit()
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():
                # It was let in, and does not come.
                self.leave()
            raise

    def _admit(self) -> None:
        while self._waiting and self._inside < self.width:
            place = heappop(self._waiting)[2]
            if not place.cancelled():
                self._inside += 1
                place.set_result(None)

    def queued(self, _length: int) -> None:
        """Somebody waits: there are so many now, those inside among them."""


class _Turn:
    """A place in a gate. contextlib's way to write this costs a call of AWS a percent of its CPU."""

    __slots__ = ("_gate", "_urgency")

    def __init__(self, gate: Gate, urgency: int) -> None:
        self._gate = gate
        self._urgency = urgency

    async def __aenter__(self) -> None:
        await self._gate.enter(self._urgency)

    async def __aexit__(self, *_: object) -> None:
        self._gate.leave()


class Lane(Gate):
    """The way to one host: few at once, so that they share connections, and more as more of them wait.

    A TLS handshake costs more CPU than a call, so that a short queue shares two connections. A long one would take its
    length times half the latency, and is given more; what has been opened is there to be used.
    """

    def __init__(self) -> None:
        super().__init__(_LEAST)

    def queued(self, length: int) -> None:
        """Widen."""
        self.width = min(max(self.width, length // _PATIENCE), _MOST)
