"""IP conditions, judged by how much of the Internet they let in.

Amazon S3 calls a policy public whose aws:SourceIp is broader than /8 (IPv4) or /32 (IPv6) (Amazon S3 User Guide, "The
meaning of public"); ranges that are narrower one by one but cover a quarter of IPv4 together count as the Internet too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network

from nightaudit_auditor.aws.policy.truth import Truth

INTERNET = "internet"
"""As a request's aws:SourceIp: a public address of the caller's choice."""

_QUARTER = 2**30
_BROAD_V4, _BROAD_V6 = 8, 32


def match_addresses(ranges: tuple[str, ...], value: str, *, negated: bool) -> Truth:
    """Whether an IpAddress (or NotIpAddress) condition with `ranges` matches `value`: an address, `internet` or `*`.

    For `internet`, a condition that lets only a small part of it through counts as NO, one that leaves out only a small
    part as YES: no stranger is expected to sit in the office's /24. A range that is no range matches nothing.
    """
    v4, v6 = _networks(ranges)
    if value == "*" and (v4 or v6):
        return Truth.MAYBE
    if value == INTERNET:
        whole = _whole(v4, v6)
        if negated:
            return Truth.NO if whole else Truth.YES if not _broad(v4, v6) else Truth.MAYBE
        return Truth.YES if whole else Truth.MAYBE if _broad(v4, v6) else Truth.NO
    try:
        address = ip_address(value)
    except ValueError:  # the condition is on a key that holds no address
        return Truth.YES if negated else Truth.NO
    inside = any(address in network for network in v4) or any(address in network for network in v6)
    return Truth.YES if inside is not negated else Truth.NO


@lru_cache(maxsize=4096)
def _networks(ranges: tuple[str, ...]) -> tuple[tuple[IPv4Network, ...], tuple[IPv6Network, ...]]:
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for text in ranges:
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            continue
        if isinstance(network, IPv4Network):
            v4.append(network)
        else:
            v6.append(network)
    return tuple(collapse_addresses(v4)), tuple(collapse_addresses(v6))


def _public(networks: Iterable[IPv4Network]) -> list[IPv4Network]:
    return [n for n in networks if not n.is_private or n.prefixlen < _BROAD_V4]


def _broad(v4: tuple[IPv4Network, ...], v6: tuple[IPv6Network, ...]) -> bool:
    public = _public(v4)
    return (
        any(n.prefixlen < _BROAD_V4 for n in public)
        or sum(n.num_addresses for n in public) >= _QUARTER
        or any(n.prefixlen < _BROAD_V6 and not n.is_private for n in v6)
    )


def _whole(v4: tuple[IPv4Network, ...], v6: tuple[IPv6Network, ...]) -> bool:
    """Either family wholly: a caller chooses the one that suits."""
    return any(n.prefixlen == 0 for n in v4) or any(n.prefixlen == 0 for n in v6)
