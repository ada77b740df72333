"""How much of the Internet an IP condition lets in, at the edges of what counts as much."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.policy.addresses import INTERNET, match_addresses


class TestTheInternet:
    @pytest.mark.parametrize(
        ("ranges", "expected"),
        [
            (["0.0.0.0/0"], Truth.YES),
            (["::/0"], Truth.YES),
            (["::/0", "203.0.113.0/24"], Truth.YES),
            (["0.0.0.0/1", "128.0.0.0/1"], Truth.YES),
            (["128.0.0.0/1"], Truth.MAYBE),
            (["8000::/1"], Truth.MAYBE),
            (["52.0.0.0/7"], Truth.MAYBE),
            (["52.0.0.0/8"], Truth.NO),
            (["2600::/31"], Truth.MAYBE),
            (["2600::/32"], Truth.NO),
            (["fc00::/7"], Truth.NO),
            (["10.0.0.0/8"], Truth.NO),
            (["10.0.0.0/7"], Truth.MAYBE),
            ([], Truth.NO),
        ],
    )
    def test_a_condition_lets_it_in_wholly_broadly_or_not(self, ranges: list[str], expected: Truth) -> None:
        assert match_addresses(tuple(ranges), INTERNET, negated=False) is expected

    @pytest.mark.parametrize(
        ("ranges", "expected"),
        [
            (["0.0.0.0/0"], Truth.NO),
            (["::/0"], Truth.NO),
            (["52.0.0.0/7"], Truth.MAYBE),
            (["52.0.0.0/8"], Truth.YES),
            (["10.0.0.0/8"], Truth.YES),
            ([], Truth.YES),
        ],
    )
    def test_leaving_out_a_little_lets_it_in(self, ranges: list[str], expected: Truth) -> None:
        assert match_addresses(tuple(ranges), INTERNET, negated=True) is expected

    def test_narrow_ranges_that_are_a_quarter_of_ipv4_together_are_broad(self) -> None:
        scattered = [f"{n}.0.0.0/8" for n in (*range(11, 100, 2), *range(128, 168, 2))]
        assert len(scattered) == 65
        assert match_addresses(tuple(scattered[:64]), INTERNET, negated=False) is Truth.MAYBE
        assert match_addresses(tuple(scattered[:63]), INTERNET, negated=False) is Truth.NO

    def test_private_ranges_do_not_add_up(self) -> None:
        scattered = [f"{n}.0.0.0/8" for n in (*range(13, 100, 2), *range(128, 168, 2))][:63]
        assert match_addresses((*scattered, "10.0.0.0/8"), INTERNET, negated=False) is Truth.NO


class TestAnAddress:
    @pytest.mark.parametrize("negated", [False, True])
    def test_one_that_is_not_known_may_be_inside(self, negated: bool) -> None:
        assert match_addresses(("203.0.113.0/24",), "*", negated=negated) is Truth.MAYBE
        assert match_addresses(("2001:db8::/32",), "*", negated=negated) is Truth.MAYBE

    @pytest.mark.parametrize("value", ["*", "203.0.113.9", "internet", "nowhere"])
    @pytest.mark.parametrize("ranges", [(), ("office",)])
    def test_none_is_inside_of_nothing(self, ranges: tuple[str, ...], value: str) -> None:
        assert match_addresses(ranges, value, negated=False) is Truth.NO
        assert match_addresses(ranges, value, negated=True) is Truth.YES

    @pytest.mark.parametrize("negated", [False, True])
    def test_what_is_no_address_is_not_inside(self, negated: bool) -> None:
        assert match_addresses(("0.0.0.0/0",), "nowhere", negated=negated) is (Truth.YES if negated else Truth.NO)

    def test_host_bits_are_ignored(self) -> None:
        assert match_addresses(("203.0.113.7/24",), "203.0.113.200", negated=False) is Truth.YES

    def test_what_is_no_range_is_passed_over(self) -> None:
        assert match_addresses(("office", "203.0.113.0/24"), "203.0.113.9", negated=False) is Truth.YES
        assert match_addresses(("203.0.113.0/24", "2001:db8::/32"), "2001:db8::9", negated=False) is Truth.YES


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 31),
    st.integers(1, 3),
    st.sampled_from([INTERNET, "203.0.113.9", "*"]),
    st.booleans(),
)
def test_splitting_a_range_changes_nothing(address: int, length: int, depth: int, value: str, negated: bool) -> None:
    whole = ip_network((address, length), strict=False)
    parts = tuple(str(part) for part in whole.subnets(new_prefix=min(32, length + depth)))
    split, joined = (match_addresses(ranges, value, negated=negated) for ranges in (parts, (str(whole),)))
    assert split is joined
