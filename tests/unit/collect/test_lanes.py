"""How many requests are under way at once, and who comes next."""

from __future__ import annotations

import asyncio

import pytest

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.lanes import Gate, Lane
from nightaudit_auditor.collect.models import Models


class Traffic:
    """What goes through a gate."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside = self.most = 0
        self.order: list[str] = []

    async def go(self, name: str = "", urgency: int = 0) -> None:
        async with self.gate.turn(urgency):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.order.append(name)
            await asyncio.sleep(0.001)
            self.inside -= 1


async def rush(gate: Gate, count: int) -> int:
    """How many were inside at most, of `count` that came at once."""
    traffic = Traffic(gate)
    await asyncio.gather(*(traffic.go() for _ in range(count)))
    assert len(traffic.order) == count
    return traffic.most


class TestGate:
    async def test_no_more_are_inside_than_its_width(self) -> None:
        assert await rush(Gate(3), 20) == 3

    async def test_the_most_urgent_comes_next_and_of_equals_who_came_first(self) -> None:
        traffic = Traffic(Gate(1))
        await asyncio.gather(
            *(traffic.go(name, urgency) for name, urgency in (("first", 0), ("a", 0), ("x", 2), ("b", 0), ("y", 2)))
        )
        assert traffic.order == ["first", "x", "y", "a", "b"]

    async def test_who_gives_up_waiting_takes_no_place(self) -> None:
        traffic = Traffic(Gate(1))
        tasks = [asyncio.create_task(traffic.go(name)) for name in ("first", "gone", "last")]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert traffic.order == ["first", "last"]

    async def test_who_gives_up_when_it_is_let_in_passes_its_place_on(self) -> None:
        gate = Gate(1)
        traffic = Traffic(gate)
        waiting: list[asyncio.Task[None]] = []
        async with gate.turn(0):
            waiting += [asyncio.create_task(traffic.go(name)) for name in ("gone", "last")]
            await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert traffic.order == ["last"]

    async def test_a_failure_inside_gives_the_place_back(self) -> None:
        gate = Gate(1)
        with pytest.raises(ValueError, match="inside"):
            async with gate.turn(0):
                raise ValueError("inside")
        assert await rush(gate, 2) == 1


class TestLane:
    @pytest.mark.parametrize(("count", "most"), [(1, 1), (2, 2), (9, 2), (15, 3), (46, 9), (500, 16)])
    async def test_a_longer_queue_gets_a_wider_lane_up_to_a_limit(self, count: int, most: int) -> None:
        assert await rush(Lane(), count) == most

    async def test_what_was_opened_stays_open(self) -> None:
        lane = Lane()
        await rush(lane, 46)
        assert await rush(lane, 9) == 9


def test_the_longest_chain_of_calls_is_asked_first(models: Models) -> None:
    chains = load_catalogue(models).chains
    assert chains["kms.list_keys"] == 2
    assert chains["kms.describe_key"] == 1
    assert chains["kms.get_key_policy"] == 0
    # A job is waited for, so that what leads to one comes before all else.
    longest = max(chains, key=lambda id_: chains[id_])
    assert longest == "iam.get_account_authorization_details"
    # Units have units: that these follow from themselves makes the chain no longer.
    assert 2 <= chains["organizations.list_roots"] <= 5
