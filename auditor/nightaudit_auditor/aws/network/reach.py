"""Who on the Internet may open a connection to an interface, port by port, and along which path.

A connection needs a public address, a route to an attached Internet gateway, both directions of the subnet's network ACL
and a security group (VPC User Guide, "Infrastructure security" and "Compare security groups and network ACLs"). Every hop
is an address set with a proven and a possible part, so a missing answer makes a verdict unknown only where it decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.network import acls, cidrs, groups
from nightaudit_auditor.aws.network.answers import (
    NETWORK_ACLS,
    Answer,
    Extent,
    RegionAnswers,
    region_answers,
)
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family
from nightaudit_auditor.aws.network.interfaces import NEVER_ACCEPT, Interface
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.ports import ALL_PORTS, PROTOCOLS, Protocol
from nightaudit_auditor.aws.network.routes import internet_route
from nightaudit_auditor.snapshot import AccountData

_NOTHING = Extent.exactly(EMPTY)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A range of ports and the public addresses that may open a connection to any of them.

    `path` names each hop from the sources to the interface.
    """

    family: Family
    protocol: Protocol
    ports: Intervals
    sources: Intervals
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """`exposures` are proven; `possible` are not ruled out (a superset, port by port).

    `unread` names the operations without whose answers the two differ; `assumptions` what was taken for granted.
    """

    exposures: tuple[Exposure, ...] = ()
    possible: tuple[Exposure, ...] = ()
    unread: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Slice:
    """Ports between which no rule begins or ends, with what may come in there."""

    ports: tuple[int, int]
    sure: Intervals
    possible: Intervals
    hops: tuple[str, ...]
    unread: tuple[str, ...]


class Network:
    """The network of one region. Interfaces in the same subnet with the same groups share their computation."""

    def __init__(self, answers: RegionAnswers) -> None:
        self.answers = answers
        self._slices: dict[tuple[str, tuple[str, ...], bool, Family, Protocol], tuple[_Slice, ...]] = {}

    def reach(self, interface: Interface, passed_on: Mapping[Family, Extent] | None = None) -> Reach:
        """What the Internet may open to the interface. Raises ValueError for malformed CIDRs and port ranges.

        With `passed_on`, its packets do not come by the interface's own address and route: something that stands on the
        Internet (a load balancer, an accelerator) passes on those of the given sources, with the addresses that they had.
        """
        if interface.type in NEVER_ACCEPT:
            return Reach()
        exposures: list[Exposure] = []
        possible: list[Exposure] = []
        unread: dict[str, None] = {}
        for family in FAMILIES:
            addresses = interface.addresses(family)
            if passed_on is not None:
                route = passed_on.get(family, _NOTHING)
            else:
                route = internet_route(self.answers, interface, family) if addresses else _NOTHING
            if not route.possible:
                continue
            last = interface.id if passed_on is not None else f"{interface.id} ({', '.join(addresses)})"
            for protocol in PROTOCOLS:
                slices = [_limit(part, route) for part in self._filtered(interface, family, protocol)]
                ends = (route.label, last)
                exposures += _merge(slices, family, protocol, ends, lambda part: part.sure)
                possible += _merge(slices, family, protocol, ends, lambda part: part.possible)
                missing = (name for part in slices if part.sure != part.possible for name in part.unread)
                unread.update(dict.fromkeys(missing))
        assumed = self.answers.public_access is None and bool(possible) and passed_on is None
        return Reach(
            tuple(exposures),
            tuple(possible),
            tuple(unread),
            ("VPC Block Public Access was not read",) if assumed else (),
        )

    def _filtered(self, interface: Interface, family: Family, protocol: Protocol) -> tuple[_Slice, ...]:
        key = (interface.subnet, interface.groups, interface.unfiltered, family, protocol)
        if key not in self._slices:
            self._slices[key] = _slices(self.answers, interface, family, protocol)
        return self._slices[key]


@per_account
def _networks(_: AccountData) -> dict[str, Network]:
    return {}


def network_of(data: AccountData, region: str) -> Network:
    """The network of a region of an account, built once: thousands of interfaces ask for it."""
    regions = _networks(data)
    if region not in regions:
        regions[region] = Network(region_answers(data, region))
    return regions[region]


def internet_ports(
    exposures: Iterable[Exposure], family: Family, protocol: Protocol, known: Intervals = EMPTY
) -> Intervals:
    """The ports that the Internet, and not only some addresses of it, may connect to. `known` sources do not count."""
    return Intervals.of(
        ports
        for exposure in exposures
        if (exposure.family, exposure.protocol) == (family, protocol)
        and cidrs.is_internet(family, exposure.sources, known)
        for ports in exposure.ports.ranges
    )


def _slices(answers: RegionAnswers, interface: Interface, family: Family, protocol: Protocol) -> tuple[_Slice, ...]:
    rules = groups.rules_of(interface, answers, family, protocol)
    acl = _acl(answers, interface.subnet)
    inbound = acls.entries(acl, egress=False, family=family, protocol=protocol) if acl else ()
    answer = _answers_leave(acl, family, protocol)
    edges = {edge for rule in rules for first, last in rule.ports.ranges for edge in (first, last + 1)}
    cuts = sorted({edge for edge in {0, *edges, *acls.starts(inbound)} if edge in ALL_PORTS})
    found: list[_Slice] = []
    for first, following in zip(cuts, [*cuts[1:], ALL_PORTS.ranges[-1][1] + 1], strict=True):
        matching = [rule for rule in rules if first in rule.ports]
        sure, possible = EMPTY, EMPTY
        for rule in matching:
            sure, possible = sure | rule.sure, possible | rule.possible
        sure, possible = sure & cidrs.PUBLIC[family], possible & cidrs.PUBLIC[family]
        if not possible:
            continue
        unread = [rule.unread for rule in matching if rule.unread]
        acl_hop = f"network ACL of {interface.subnet} not read"
        if acl is None:
            sure = EMPTY
            unread.append(NETWORK_ACLS)
        else:
            allowed, numbers = acls.allowed(inbound, family, first)
            both = allowed & answer.sure
            sure, possible = sure & both, possible & both
            acl_hop = f"network ACL {acl['NetworkAclId']} (in by {_rules(numbers)}, {answer.label})"
        hops = (acl_hop, "security group " + "; ".join(dict.fromkeys(rule.label for rule in matching)))
        found.append(_Slice((first, following - 1), sure, possible, hops, tuple(unread)))
    return tuple(found)


def _acl(answers: RegionAnswers, subnet: str) -> Answer | None:
    """The network ACL of a subnet: every subnet has exactly one, so none found means that it was not read."""
    for acl in answers.network_acls or ():
        if any(association.get("SubnetId") == subnet for association in acl.get("Associations", [])):
            return acl
    return None


def _answers_leave(acl: Answer | None, family: Family, protocol: Protocol) -> Extent:
    if acl is None:
        return Extent.exactly(EMPTY)
    outbound = acls.entries(acl, egress=True, family=family, protocol=protocol)
    passed, numbers = acls.answerable(outbound, family)
    return Extent.exactly(passed, f"out by {_rules(numbers)}")


def _rules(numbers: tuple[int, ...]) -> str:
    return f"rule {', '.join(map(str, numbers))}" if numbers else "no rule"


def _limit(part: _Slice, route: Extent) -> _Slice:
    unread = (*part.unread, *route.unread)
    return _Slice(part.ports, part.sure & route.sure, part.possible & route.possible, part.hops, unread)


def _merge(
    slices: Iterable[_Slice],
    family: Family,
    protocol: Protocol,
    ends: tuple[str, str],
    sources_of: Callable[[_Slice], Intervals],
) -> list[Exposure]:
    """One exposure for each run of adjacent slices with equal sources: how the rules were cut up does not show."""
    merged: list[Exposure] = []
    for part in slices:
        sources = sources_of(part)
        if not sources:
            continue
        before = merged[-1] if merged else None
        if before and before.sources == sources and before.ports.ranges[-1][1] + 1 == part.ports[0]:
            ports = before.ports | Intervals((part.ports,))
            hops = tuple(dict.fromkeys((*before.path[1:-1], *part.hops)))
            merged[-1] = Exposure(family, protocol, ports, sources, (ends[0], *hops, ends[1]))
        else:
            merged.append(Exposure(family, protocol, Intervals((part.ports,)), sources, (ends[0], *part.hops, ends[1])))
    return merged
