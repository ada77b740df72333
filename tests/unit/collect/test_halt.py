"""The run ends at its deadline, or when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from nightaudit_auditor.collect.halt import DEADLINE, INTERRUPTED, Halt, Halted


async def _guarded(halt: Halt, seconds: float) -> str:
    async with halt.guard():
        await asyncio.sleep(seconds)
    return "done"


async def test_work_within_the_deadline_is_done() -> None:
    assert await _guarded(Halt(time.monotonic() + 5, asyncio.Event()), 0) == "done"
    assert await _guarded(Halt(None, asyncio.Event()), 0) == "done"


async def test_the_deadline_ends_what_is_under_way() -> None:
    with pytest.raises(Halted) as halted:
        await _guarded(Halt(time.monotonic() + 0.02, asyncio.Event()), 10)
    assert halted.value.code == DEADLINE


async def test_nothing_starts_after_the_deadline() -> None:
    halt = Halt(time.monotonic() - 1, asyncio.Event())
    with pytest.raises(Halted):
        await _guarded(halt, 0)
    assert halt.code() == DEADLINE


async def test_an_interrupt_ends_what_is_under_way_at_once() -> None:
    stop = asyncio.Event()
    halt = Halt(None, stop)
    watcher = asyncio.create_task(halt.watch())
    work = asyncio.create_task(_guarded(halt, 10))
    await asyncio.sleep(0.01)
    assert halt.code() == ""
    stop.set()
    with pytest.raises(Halted) as halted:
        await asyncio.wait_for(work, 1)
    assert halted.value.code == halt.code() == INTERRUPTED
    await watcher


async def test_a_timeout_of_the_work_itself_stays_a_timeout() -> None:
    with pytest.raises(TimeoutError):
        async with Halt(time.monotonic() + 5, asyncio.Event()).guard():
            raise TimeoutError


async def test_cancellation_passes_through() -> None:
    work = asyncio.create_task(_guarded(Halt(time.monotonic() + 5, asyncio.Event()), 10))
    await asyncio.sleep(0.01)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    assert work.cancelled()


async def test_an_interrupt_while_the_deadline_is_ending_some_ends_the_others_too() -> None:
    stop = asyncio.Event()
    halt = Halt(time.monotonic() + 0.01, stop)
    ending = asyncio.Event()

    async def slow_to_end() -> None:
        async with halt.guard():
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                ending.set()
                await asyncio.Event().wait()

    work = asyncio.create_task(slow_to_end())
    await ending.wait()
    stop.set()
    await halt.watch()
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError, Halted):
        await work
    assert halt.code() == INTERRUPTED
