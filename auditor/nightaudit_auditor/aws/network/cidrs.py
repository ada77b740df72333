"""Address sets of IPv4 and IPv6, and how many addresses make "the Internet"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range
from typing import Final, Literal

from nightaudit_auditor.aws.network.intervals import Intervals

Family = Literal["ipv4", "ipv6"]

FAMILIES: Final[tuple[Family, ...]] = ("ipv4", "ipv6")
EVERYWHERE: Final[dict[Family, Intervals]] = {
    "ipv4": Intervals(((0, 2**32 - 1),)),
    "ipv6": Intervals(((0, 2**128 - 1),)),
}


@cache
def parse(cidr: str) -> tuple[Family, Intervals]:
    """The family and the addresses of a CIDR; host bits are ignored, as EC2 does. Raises ValueError if it is none."""
    network = ip_network(cidr.strip(), strict=False)
    addresses = Intervals(((int(network.network_address), int(network.broadcast_address)),))
    return ("ipv4" if network.version == 4 else "ipv6"), addresses


@cache
def prefix_length(cidr: str) -> int:
    """The n of `/n`."""
    return ip_network(cidr.strip(), strict=False).prefixlen


def addresses(family: Family, cidrs: Iterable[str]) -> Intervals:
    """The addresses of the CIDRs that belong to the family."""
    return Intervals.of(
        pair for cidr_family, ranges in map(parse, cidrs) if cidr_family == family for pair in ranges.ranges
    )


# IANA's special-purpose registry (RFC 6890 and what followed): ranges that no packet from the Internet comes from.
_SPECIAL_IPV4: Final = addresses(
    "ipv4",
    (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    ),
)  # fmt: skip

PUBLIC: Final[dict[Family, Intervals]] = {
    "ipv4": EVERYWHERE["ipv4"] - _SPECIAL_IPV4,
    "ipv6": addresses("ipv6", ("2000::/3",)),  # global unicast: all that IANA has given out
}

# A /2 is a quarter of all IPv4 addresses: who lets a quarter of the public address space in has named nobody.
_INTERNET_SHARE: Final = 4


def is_public(address: str) -> bool:
    """Whether the address can be reached from the Internet by its number (a unique-local IPv6 address cannot)."""
    parsed: IPv4Address | IPv6Address = ip_address(address)
    return int(parsed) in PUBLIC["ipv4" if parsed.version == 4 else "ipv6"]


# Hosts of a region share a few source sets: each is measured once.
@lru_cache(maxsize=4096)
def is_internet(family: Family, sources: Intervals, known: Intervals = Intervals()) -> bool:  # noqa: B008 - frozen
    """Whether the sources, without the known ones, are at least a quarter of the public address space.

    0.0.0.0/0 is, 0.0.0.0/1 with 128.0.0.0/1 is, any set of smaller CIDRs that adds up to as much is; 10.0.0.0/8 is not.
    """
    return ((sources & PUBLIC[family]) - known).size * _INTERNET_SHARE >= PUBLIC[family].size


def text(family: Family, sources: Intervals) -> tuple[str, ...]:
    """The set as the shortest list of CIDRs."""
    make = IPv4Address if family == "ipv4" else IPv6Address
    return tuple(str(net) for first, last in sources.ranges for net in summarize_address_range(make(first), make(last)))
