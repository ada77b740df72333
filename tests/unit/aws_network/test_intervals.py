"""Range arithmetic, held against Python's own sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.network import Intervals

numbers = st.frozensets(st.integers(0, 40))


def intervals(members: frozenset[int]) -> Intervals:
    return Intervals.of((number, number) for number in members)


def members(found: Intervals) -> frozenset[int]:
    return frozenset(number for first, last in found.ranges for number in range(first, last + 1))


@given(numbers, numbers)
def test_it_behaves_as_a_set_does(left: frozenset[int], right: frozenset[int]) -> None:
    mine, theirs = intervals(left), intervals(right)
    assert members(mine | theirs) == left | right
    assert members(mine & theirs) == left & right
    assert members(mine - theirs) == left - right
    assert (mine <= theirs) == (left <= right)
    assert mine.size == len(left)
    assert bool(mine) == bool(left)
    assert all((number in mine) == (number in left) for number in range(42))


@given(numbers, numbers)
def test_equal_sets_are_equal_objects(left: frozenset[int], right: frozenset[int]) -> None:
    assert (intervals(left) == intervals(right)) == (left == right)
    assert (intervals(left) | intervals(right)) - intervals(right) == intervals(left - right)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="range 9-3 ends before it begins"):
        Intervals.of([(9, 3)])
