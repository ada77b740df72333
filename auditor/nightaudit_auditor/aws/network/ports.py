"""Port sets of TCP and UDP, and what security groups and network ACLs mean by protocol and port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from nightaudit_auditor.aws.network.intervals import Intervals

Protocol = Literal["tcp", "udp"]

PROTOCOLS: Final[tuple[Protocol, ...]] = ("tcp", "udp")
ALL_PORTS: Final = Intervals(((0, 65535),))

# IANA protocol numbers, the form that network ACLs use; security groups accept both forms.
_NUMBERS: Final[dict[str, Protocol]] = {"6": "tcp", "17": "udp"}


def matches(rule_protocol: str, protocol: Protocol) -> bool:
    """Whether a rule's protocol (`tcp`, `6`, `-1` for all …) speaks of `protocol`."""
    return rule_protocol == "-1" or _NUMBERS.get(rule_protocol, rule_protocol) == protocol


def rule_ports(rule_protocol: str, first: int | None, last: int | None) -> Intervals:
    """The ports of a rule. EC2 leaves the range out, or sets it to -1, where a rule covers all ports.

    Raises ValueError for a range that ends before it begins or lies outside 0-65535.
    """
    if rule_protocol == "-1" or first is None or last is None or first == -1 or last == -1:
        return ALL_PORTS
    ports = Intervals.of([(first, last)])
    if not ports <= ALL_PORTS:
        raise ValueError(f"port range {first}-{last} is outside 0-65535")
    return ports


def acl_ports(entry: Mapping[str, Any]) -> Intervals:
    """The ports of a network ACL entry."""
    port_range = entry.get("PortRange") or {}
    return rule_ports(str(entry["Protocol"]), port_range.get("From"), port_range.get("To"))


def text(ports: Intervals) -> str:
    """`22`, `80,443`, `1-1024`; `all` for every port."""
    if ports == ALL_PORTS:
        return "all"
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ports.ranges)
