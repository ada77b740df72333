"""When to stop asking: the run's deadline, and the event that a SIGTERM sets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

DEADLINE = "DeadlineExceeded"
INTERRUPTED = "Interrupted"


class Halted(Exception):  # noqa: N818 - not an error but the end of the run
    """The run is over: what was under way is not asked any more. `code` is DeadlineExceeded or Interrupted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Halt:
    """`deadline` is a value of time.monotonic(); None means that only `stop` ends the run."""

    def __init__(self, deadline: float | None, stop: asyncio.Event) -> None:
        self._deadline = deadline
        self._stop = stop
        self._active: set[asyncio.Timeout] = set()

    def code(self) -> str:
        """Why the run is over; "" while it is not."""
        if self._stop.is_set():
            return INTERRUPTED
        return DEADLINE if self._deadline is not None and time.monotonic() >= self._deadline else ""

    @asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        """Run the body until the run is over, then cancel it. Raises Halted."""
        code = self.code()
        if code:
            raise Halted(code)
        timeout = asyncio.timeout(None if self._deadline is None else self._deadline - time.monotonic())
        try:
            async with timeout:
                self._active.add(timeout)
                try:
                    yield
                finally:
                    self._active.discard(timeout)
        except TimeoutError:
            if not timeout.expired():
                raise
            raise Halted(self.code() or DEADLINE) from None

    async def watch(self) -> None:
        """Ends every guarded body once `stop` is set; runs beside them until it is cancelled."""
        await self._stop.wait()
        now = asyncio.get_running_loop().time()
        for timeout in tuple(self._active):
            # What the deadline is ending already cannot be ended once more, and says so by raising.
            if not timeout.expired():
                timeout.reschedule(now)
