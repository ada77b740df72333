"""Load balancers as doors of the network: open on their listeners' ports alone, and passing connections on to targets.

Sources: Elastic Load Balancing User Guides, "Listeners" and, for network load balancers, "Client IP preservation" and "Update
the security groups"; "IP address types".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nightaudit_auditor.aws.network.answers import Answer, Extent
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.aws.network.interfaces import Interface
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.ports import Protocol
from nightaudit_auditor.aws.network.reach import Exposure, Network, Reach

INTERNET_FACING = "internet-facing"
_PROTOCOLS: Mapping[str, tuple[Protocol, ...]] = {
    "HTTP": ("tcp",), "HTTPS": ("tcp",), "TCP": ("tcp",), "TLS": ("tcp",), "SSL": ("tcp",), "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"), "QUIC": ("udp",), "TCP_QUIC": ("tcp", "udp"),
}  # fmt: skip


@dataclass(frozen=True)
class Listener:
    """A port on which a load balancer accepts connections, of each of `protocols`."""

    port: int
    protocols: tuple[Protocol, ...]


def listener(port: int, protocol: str) -> Listener:
    """From a listener's `Port` and `Protocol`. Raises ValueError for a protocol that is not known."""
    if protocol not in _PROTOCOLS:
        raise ValueError(f"listeners of protocol {protocol!r} are not known")
    return Listener(port, _PROTOCOLS[protocol])


def interfaces(balancer: Answer) -> tuple[Interface, ...]:
    """The interfaces, one a subnet, of an item of elbv2.describe_load_balancers or elb.describe_load_balancers.

    Only an Internet-facing one has public addresses: IPv4 unless its type is `dualstack-without-public-ipv4`, IPv6 if that
    begins with `dualstack`.
    """
    name = balancer.get("LoadBalancerName", "")
    subnets = balancer.get("Subnets") or [zone["SubnetId"] for zone in balancer.get("AvailabilityZones") or []]
    address = (balancer.get("DNSName") or name,) if balancer.get("Scheme") == INTERNET_FACING else ()
    kind = balancer.get("IpAddressType", "ipv4")
    groups = tuple(sorted(balancer.get("SecurityGroups") or ()))
    return tuple(
        Interface(
            id=name,
            vpc=balancer.get("VpcId") or balancer.get("VPCId") or "",
            subnet=subnet,
            groups=groups,
            public_ipv4=() if kind == "dualstack-without-public-ipv4" else address,
            ipv6=address if kind.startswith("dualstack") else (),
            unfiltered=balancer.get("Type") == "network" and not groups,
        )
        for subnet in subnets
    )


def balancer_reach(network: Network, balancer: Answer, listeners: Iterable[Listener]) -> Reach:
    """What the Internet may open to a load balancer: what its network lets through, on its listeners' ports."""
    open_: dict[Protocol, list[tuple[int, int]]] = {"tcp": [], "udp": []}
    for one in listeners:
        for protocol in one.protocols:
            open_[protocol].append((one.port, one.port))
    ports = {protocol: Intervals.of(found) for protocol, found in open_.items()}
    return united(limited(network.reach(found), ports) for found in interfaces(balancer))


def target_reach(
    network: Network, reach: Reach, entered: Listener, target: Interface, port: int, families: Iterable[Family]
) -> Reach:
    """What of a load balancer's `reach` on a listener gets to the `port` of a target that sees the clients' addresses.

    `families` are those in which it sees them: a connection over IPv6 to a target with IPv4 comes from the load balancer.
    """
    found = []
    for protocol in entered.protocols:
        passed_on = {
            family: Extent(
                _sources(reach.exposures, family, protocol, entered.port),
                _sources(reach.possible, family, protocol, entered.port),
                f"a load balancer's port {entered.port}",
                reach.unread,
            )
            for family in families
        }
        found.append(limited(network.reach(target, passed_on), {protocol: Intervals(((port, port),))}))
    return united(found)


def united(reaches: Iterable[Reach]) -> Reach:
    """Several interfaces' reach as one."""
    found = tuple(reaches)
    return Reach(
        tuple(exposure for reach in found for exposure in reach.exposures),
        tuple(exposure for reach in found for exposure in reach.possible),
        tuple(dict.fromkeys(name for reach in found for name in reach.unread)),
        tuple(dict.fromkeys(text for reach in found for text in reach.assumptions)),
    )


def _sources(exposures: Iterable[Exposure], family: Family, protocol: Protocol, port: int) -> Intervals:
    return Intervals.of(
        addresses
        for exposure in exposures
        if (exposure.family, exposure.protocol) == (family, protocol) and port in exposure.ports
        for addresses in exposure.sources.ranges
    )


def limited(reach: Reach, ports: Mapping[Protocol, Intervals]) -> Reach:
    """The part of a reach that concerns the given ports."""

    def cut(exposures: Iterable[Exposure]) -> tuple[Exposure, ...]:
        kept = (replace(one, ports=one.ports & ports.get(one.protocol, EMPTY)) for one in exposures)
        return tuple(one for one in kept if one.ports)

    exposures, possible = cut(reach.exposures), cut(reach.possible)
    unread = reach.unread if exposures != possible else ()
    return Reach(exposures, possible, unread, reach.assumptions if possible else ())
