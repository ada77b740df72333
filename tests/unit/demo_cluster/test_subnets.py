"""Which network an instance gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.cluster.errors import ClusterError
from demo.cluster.subnets import Subnet, allocate, choose, lookup, release


class TestChoice:
    def test_an_instance_keeps_what_it_has_though_its_link_is_there(self) -> None:
        assert choose({"/a": 7}, "/a", {7}) == 7

    def test_a_new_instance_gets_the_lowest_free_index(self) -> None:
        assert choose({"/a": 0, "/b": 2}, "/c", set()) == 1

    def test_a_link_that_nobody_registered_is_left_alone(self) -> None:
        assert choose({"/a": 0}, "/b", {1}) == 2

    def test_running_out_names_the_way_out(self) -> None:
        with pytest.raises(ClusterError, match=r"demo\.cluster down"):
            choose({str(index): index for index in range(256)}, "/one-more", set())

    @given(st.lists(st.text(min_size=1), unique=True, max_size=40), st.sets(st.integers(0, 100)))
    def test_no_two_instances_share_an_index(self, keys: list[str], busy: set[int]) -> None:
        taken: dict[str, int] = {}
        for key in keys:
            taken[key] = choose(taken, key, busy)
        assert len(set(taken.values())) == len(keys)
        assert not set(taken.values()) & busy


class TestRegistry:
    def test_what_is_allocated_is_found_until_it_is_released(self, tmp_path: Path) -> None:
        state = tmp_path / "state"
        assert lookup(state, tmp_path) is None
        subnet = allocate(state, tmp_path)
        assert allocate(state, tmp_path) == subnet == lookup(state, tmp_path)
        release(state, tmp_path)
        assert lookup(state, tmp_path) is None

    def test_instances_of_the_same_name_in_different_homes_do_not_meet(self, tmp_path: Path) -> None:
        first = allocate(tmp_path / "home1" / "demo", tmp_path)
        second = allocate(tmp_path / "home2" / "demo", tmp_path)
        assert first.index != second.index

    def test_releasing_what_was_never_allocated_does_nothing(self, tmp_path: Path) -> None:
        release(tmp_path / "state", tmp_path)
        assert lookup(tmp_path / "state", tmp_path) is None

    def test_a_broken_registry_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "subnets.json").write_text("{")
        with pytest.raises(ClusterError, match=r"subnets\.json: not JSON"):
            lookup(tmp_path / "state", tmp_path)


def test_the_pair_of_an_index_is_a_network_of_two_addresses() -> None:
    subnet = Subnet(12)
    assert (subnet.host, subnet.instance) == ("10.201.12.1", "10.201.12.2")


def test_the_longest_link_name_fits_the_kernels_limit() -> None:
    assert len(Subnet(255).link) <= 15
