"""Long lists are read in turn: everything is read once a round, and the age of the oldest reading is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.snapshot.turns import Turn, take

ITEMS = st.sets(st.text(st.characters(codec="ascii", exclude_characters="\x00"), min_size=1), min_size=1, max_size=30)


@given(ITEMS, st.integers(1, 10))
def test_a_round_reads_everything_once_in_as_few_runs_as_the_cap_allows(items: set[str], cap: int) -> None:
    read: list[str] = []
    turn: Turn | None = None
    runs = -(-len(items) // cap)
    for run in range(runs):
        chosen, turn = take(turn, list(items), cap, f"run {run}")
        assert 0 < len(chosen) <= cap
        read += chosen
    assert sorted(read) == sorted(items)
    assert turn is None or turn.whole == "run 0"


@given(ITEMS, ITEMS, st.integers(1, 5))
def test_an_item_that_stays_is_read_although_others_come_and_go(items: set[str], others: set[str], cap: int) -> None:
    stays = min(items)
    turn: Turn | None = None
    seen = 0
    for run in range(2 * (len(items | others) // cap + 1)):
        present = items if run % 2 else items | others
        chosen, turn = take(turn, list(present), cap, f"run {run}")
        seen += stays in chosen
    assert seen >= 1


def test_the_age_of_the_oldest_reading_is_that_of_the_last_whole_round() -> None:
    _, first = take(None, ["a", "b", "c"], 2, "monday")
    assert first is not None
    assert (first.after, first.age) == ("b", "not all have been read yet, since monday")
    chosen, second = take(first, ["a", "b", "c"], 2, "tuesday")
    assert second is not None
    assert (chosen, second.age) == ({"c"}, "all were read since monday")
    _, third = take(second, ["a", "b", "c"], 2, "wednesday")
    assert third is not None
    assert (third.since, third.age) == ("wednesday", "all were read since monday")


def test_a_list_that_is_short_or_became_short_is_read_whole() -> None:
    assert take(None, ["a", "b"], 2, "monday") == ({"a", "b"}, None)
    _, turn = take(None, ["a", "b", "c"], 2, "monday")
    assert take(turn, ["a", "d"], 2, "tuesday") == ({"a", "d"}, None)
