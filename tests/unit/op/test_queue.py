"""The work queue: every key once in the line, by one worker at a time, with backoff when it fails."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from nightaudit_operator.reconciler.queue import FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS, WorkQueue, backoff


async def test_a_key_waits_only_once():
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    queue.add("b")
    queue.add("a")
    assert [await queue.get(), await queue.get()] == ["a", "b"]
    assert len(queue) == 0


async def test_a_key_that_is_being_worked_on_comes_again_only_after_that():
    queue: WorkQueue[str] = WorkQueue()
    queue.add("a")
    key = await queue.get()
    queue.add("a")
    queue.add("b")
    assert await queue.get() == "b"
    queue.done(key)
    assert await queue.get() == "a"


async def test_get_waits_for_work():
    queue: WorkQueue[str] = WorkQueue()
    getting = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    assert not getting.done()
    queue.add("a")
    assert await asyncio.wait_for(getting, 1) == "a"


async def test_a_failed_key_comes_back_by_itself(monkeypatch):
    monkeypatch.setattr("nightaudit_operator.reconciler.queue.FIRST_DELAY_SECONDS", 0.01)
    queue: WorkQueue[str] = WorkQueue(chance=lambda: 0.0)
    queue.add("a")
    queue.failed(await queue.get())
    assert await asyncio.wait_for(queue.get(), 1) == "a"


async def test_delays_grow_with_failures_and_a_success_forgets_them():
    queue: WorkQueue[str] = WorkQueue(chance=lambda: 0.0)
    delays = []
    for _ in range(3):
        queue.add("a")
        delays.append(queue.failed(await queue.get()))
    assert delays == [0.25, 0.5, 1.0]
    queue.add("a")
    queue.done(await queue.get())
    queue.add("a")
    assert queue.failed(await queue.get()) == 0.25
    queue.close()


async def test_the_earlier_appointment_stays():
    queue: WorkQueue[str] = WorkQueue()
    queue.add_after("a", 0.01)
    queue.add_after("a", 60)
    assert await asyncio.wait_for(queue.get(), 1) == "a"
    queue.close()


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_backoff_is_bounded(failures, chance):
    assert FIRST_DELAY_SECONDS / 2 <= backoff(failures, chance) <= LONGEST_DELAY_SECONDS
