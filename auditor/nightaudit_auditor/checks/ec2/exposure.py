"""Which ports of an instance the Internet may open, and which of them nobody should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from nightaudit_auditor.aws.network import (
    Exposure,
    Intervals,
    Reach,
    accelerated_reach,
    interface,
    internet_ports,
    network_of,
    united,
)
from nightaudit_auditor.aws.network.answers import RegionAnswers
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family, addresses, is_internet
from nightaudit_auditor.aws.network.groups import ingress
from nightaudit_auditor.aws.network.ports import PROTOCOLS, Protocol
from nightaudit_auditor.checks.ec2.kinds import NETWORK_INTERFACE, RUNNING
from nightaudit_auditor.checks.registry import Resource, Unknown
from nightaudit_auditor.snapshot import AccountData

ADMIN_PORTS: Final[Mapping[int, str]] = {
    22: "SSH", 2375: "Docker", 3389: "RDP", 5985: "WinRM", 5986: "WinRM over TLS", 6443: "Kubernetes API", 10250: "kubelet",
}  # fmt: skip

DATASTORE_PORTS: Final[Mapping[int, str]] = {
    445: "SMB", 1433: "SQL Server", 1521: "Oracle", 2379: "etcd", 3306: "MySQL", 5432: "PostgreSQL", 5601: "Kibana",
    5984: "CouchDB", 6379: "Redis", 8086: "InfluxDB", 9042: "Cassandra", 9092: "Kafka", 9200: "Elasticsearch",
    9300: "Elasticsearch transport", 11211: "memcached", 27017: "MongoDB",
}  # fmt: skip

# What these services speak besides TCP; the others answer nobody on UDP.
_UDP: Final = frozenset({3389, 11211})

WIDE: Final = 1000
"""A range of more ports than this is not a service but an absent filter."""


@dataclass(frozen=True)
class Door:
    """What the Internet may open by one family and protocol; `doubtful` ports are neither proven open nor ruled out."""

    family: Family
    protocol: Protocol
    open: Intervals
    doubtful: Intervals

    def is_wide(self, port: int) -> bool:
        """Whether the open port is part of a range that is reported as a whole."""
        return any(first <= port <= last for first, last in wide_ranges(self.open))

    def discriminator(self, ports: str) -> str:
        return f"{self.protocol}/{ports}/{self.family}"


def wide_ranges(ports: Intervals) -> tuple[tuple[int, int], ...]:
    """The ranges of more than `WIDE` ports."""
    return tuple((first, last) for first, last in ports.ranges if last - first + 1 > WIDE)


def spoken(port: int, protocol: Protocol) -> bool:
    """Whether the service known by the port listens on that protocol."""
    return protocol == "tcp" or port in _UDP


def instance_reach(data: AccountData, region: str, instance: Mapping[str, Any]) -> Reach:
    """The reach of all interfaces of an instance together, by their addresses and by accelerators that lead to the primary one;
    nothing for one that does not run, for it cannot answer."""
    if instance["State"]["Name"] not in RUNNING:
        return Reach()
    network = network_of(data, region)
    own = instance.get("NetworkInterfaces", [])
    primary = [answer for answer in own if (answer.get("Attachment") or {}).get("DeviceIndex", 0) == 0]
    return united(
        (
            *(network.reach(interface(answer)) for answer in own),
            *(accelerated_reach(data, network, instance["InstanceId"], interface(answer)) for answer in primary),
        )
    )


def host_reach(data: AccountData, resource: Resource) -> Reach:
    """The reach of an instance, or of a network interface that is no instance's. In a shared VPC, interfaces of another account
    are listed too: that account's run judges them."""
    if resource.type != NETWORK_INTERFACE:
        return instance_reach(data, resource.region, resource.data)
    if not is_own(data, resource.data):
        return Reach()
    return network_of(data, resource.region).reach(interface(resource.data))


def is_own(data: AccountData, answer: Mapping[str, Any]) -> bool:
    """Whether an interface is the account's, and not one of another account in a VPC that it shares."""
    return bool(answer.get("OwnerId", data.account.id) == data.account.id)


def doors(reach: Reach, known_cidrs: Iterable[str]) -> Iterator[Door]:
    """The four doors (family and protocol) of whatever was reached, without the closed ones."""
    known = tuple(known_cidrs)
    for family in FAMILIES:
        expected = addresses(family, known)
        for protocol in PROTOCOLS:
            open_ = internet_ports(reach.exposures, family, protocol, expected)
            doubtful = internet_ports(reach.possible, family, protocol, expected) - open_
            if open_ or doubtful:
                yield Door(family, protocol, open_, doubtful)


def undecided(reach: Reach) -> Unknown:
    """What was not read decides whether the Internet gets through."""
    operation = next((name for name in reach.unread if name.startswith(("ec2.", "globalaccelerator."))), "")
    return Unknown(f"the path from the Internet is not wholly known: {', '.join(reach.unread)}", operation)


def paths(exposures: Iterable[Exposure], door: Door, first: int, last: int) -> Iterator[tuple[str, ...]]:
    """Every way in to the ports first-last of a door, hop by hop."""
    asked = Intervals(((first, last),))
    for exposure in exposures:
        if (exposure.family, exposure.protocol) == (door.family, door.protocol) and exposure.ports & asked:
            yield exposure.path


def group_doors(answers: RegionAnswers, group: Mapping[str, Any], known_cidrs: Iterable[str]) -> Iterator[Door]:
    """What a security group by itself opens to the Internet, wherever it may be attached."""
    known = tuple(known_cidrs)
    for family in FAMILIES:
        expected = addresses(family, known)
        for protocol in PROTOCOLS:
            rules = tuple(ingress(group, answers, family, protocol))
            cuts = sorted({edge for rule in rules for first, last in rule.ports.ranges for edge in (first, last + 1)})
            sure: list[tuple[int, int]] = []
            possible: list[tuple[int, int]] = []
            for first, following in pairwise(cuts):
                here = [rule for rule in rules if first in rule.ports]
                proven = Intervals.of(pair for rule in here for pair in rule.sure.ranges)
                conceivable = Intervals.of(pair for rule in here for pair in rule.possible.ranges)
                if is_internet(family, proven, expected):
                    sure.append((first, following - 1))
                if is_internet(family, conceivable, expected):
                    possible.append((first, following - 1))
            open_ = Intervals.of(sure)
            doubtful = Intervals.of(possible) - open_
            if open_ or doubtful:
                yield Door(family, protocol, open_, doubtful)
