"""Which address sets are the Internet, and which are somebody."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.network import cidrs


@pytest.mark.parametrize(
    "sources",
    [
        ["0.0.0.0/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["0.0.0.0/1"],
        ["64.0.0.0/2"],
        [f"{octet}.0.0.0/8" for octet in range(1, 224)],
        ["0.0.0.0/0", "203.0.113.7/32"],
        [f"{octet}.0.0.0/4" for octet in range(16, 96, 16)],
    ],
)  # fmt: skip
def test_a_quarter_of_the_public_addresses_or_more_is_the_internet(sources: list[str]) -> None:
    assert cidrs.is_internet("ipv4", cidrs.addresses("ipv4", sources))


@pytest.mark.parametrize(
    "sources",
    [
        [],
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
        ["224.0.0.0/3"],
        ["203.0.113.0/24"],
        ["52.0.0.0/8"],
        ["64.0.0.0/3"],
        ["::/0"],
    ],
)  # fmt: skip
def test_private_ranges_and_single_networks_are_not(sources: list[str]) -> None:
    assert not cidrs.is_internet("ipv4", cidrs.addresses("ipv4", sources))


def test_ipv6_is_measured_against_global_unicast() -> None:
    assert cidrs.is_internet("ipv6", cidrs.addresses("ipv6", ["::/0"]))
    assert cidrs.is_internet("ipv6", cidrs.addresses("ipv6", ["::/1", "8000::/1"]))
    assert cidrs.is_internet("ipv6", cidrs.addresses("ipv6", ["2000::/3"]))
    assert not cidrs.is_internet("ipv6", cidrs.addresses("ipv6", ["fc00::/7", "2001:db8::/32"]))


def test_known_sources_do_not_count() -> None:
    known = cidrs.addresses("ipv4", ["64.0.0.0/3"])
    assert not cidrs.is_internet("ipv4", cidrs.addresses("ipv4", ["64.0.0.0/2"]), known)
    assert cidrs.is_internet("ipv4", cidrs.addresses("ipv4", ["0.0.0.0/0"]), known)


def test_public_addresses_are_those_that_packets_can_come_from() -> None:
    assert cidrs.is_public("52.1.2.3")
    assert cidrs.is_public("2a05:d014::1")
    assert not cidrs.is_public("10.1.2.3")
    assert not cidrs.is_public("fd00:ec2::1")


def test_what_is_no_cidr_is_refused() -> None:
    with pytest.raises(ValueError, match="not-a-cidr"):
        cidrs.addresses("ipv4", ["not-a-cidr"])


@given(st.integers(0, 2**32 - 1), st.integers(0, 31), st.integers(0, 4))
def test_splitting_a_cidr_changes_nothing(address: int, length: int, depth: int) -> None:
    whole = ip_network((address, length), strict=False)
    parts = [str(part) for part in whole.subnets(new_prefix=min(32, length + depth))]
    assert cidrs.addresses("ipv4", parts) == cidrs.addresses("ipv4", [str(whole)])
    assert cidrs.text("ipv4", cidrs.addresses("ipv4", parts)) == (str(whole),)
