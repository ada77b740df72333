"""Reachability against an oracle that walks packets there and their answers back, hop by hop, as the VPC User Guide has it.

Sources, ports and the clients' ports are sampled at the edges of every range in use. What was not read (a prefix list's entries, the
exclusions of Block Public Access) is tried in several ways: what the model calls proven must hold in all of them, and what holds
in any of them must be possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.aws.network import Exposure, Interface, Network, RegionAnswers
from tests.unit.aws_network.builders import (
    GATEWAY,
    HOST,
    acl_entry,
    group,
    open_acl,
    permission,
    region,
    route,
    route_table,
)

CIDRS = [
    "0.0.0.0/0",
    "0.0.0.0/1",
    "52.0.0.0/8",
    "52.1.0.0/16",
    "9.9.9.9/32",
    "::/0",
    "2000::/3",
    "2600::/12",
    "2600:1::/32",
]
EDGES = ["1.0.0.1", "9.9.9.8", "9.9.9.9", "51.255.255.255", "52.0.0.0", "52.0.255.255", "52.1.0.0", "52.2.0.0", "128.0.0.0", "223.255.255.255",
         "2000::", "25ff:ffff::", "2600::", "2600:1::", "2600:2::", "3fff:ffff::"]  # fmt: skip
PORTS = [0, 1, 21, 22, 23, 1023, 1024, 65534, 65535]
LISTS: dict[str, list[str]] = {"pl-wide": ["0.0.0.0/1", "2000::/3"], "pl-narrow": ["52.1.0.0/16"]}
UNREAD = "pl-unread"
UNREAD_CONTENTS: list[list[str]] = [[], ["0.0.0.0/0", "::/0"], ["52.0.0.0/8"]]

cidr = st.sampled_from(CIDRS)
port_range = st.tuples(st.sampled_from([1, 22, 23, 1024, 65535]), st.sampled_from([1, 22, 1023, 65535])).map(
    lambda pair: (min(pair), max(pair))
)
named_list = st.sampled_from([*LISTS, *LISTS, UNREAD])
rules = st.builds(
    lambda protocol, ports, found, lists, groups: permission(
        protocol, *ports, *found,
        PrefixListIds=[{"PrefixListId": name} for name in lists], UserIdGroupPairs=[{"GroupId": name} for name in groups],
    ),
    st.sampled_from(["tcp", "6", "-1", "udp", "17", "icmp"]),
    port_range,
    st.lists(cidr, max_size=2),
    st.lists(named_list, max_size=1),
    st.lists(st.sampled_from(["sg-1", "sg-2"]), max_size=1),
)  # fmt: skip
TARGETS: list[dict[str, str]] = [
    {"GatewayId": "igw-1"}, {"GatewayId": "igw-1"}, {"GatewayId": "igw-1"}, {"GatewayId": "igw-2"}, {"NatGatewayId": "nat-1"},
    {"EgressOnlyInternetGatewayId": "eigw-1"}, {"GatewayId": "vgw-1"}, {"GatewayId": "vpce-1"},
]  # fmt: skip
# Behind a list that a gateway endpoint routes to are AWS's own services: it takes no stranger's answers away.
routes = st.lists(
    st.builds(
        lambda found, state, target, learned: (
            route(found, state, **target) | ({"Origin": "EnableVgwRoutePropagation"} if learned else {})
        ),
        st.one_of(cidr, cidr, st.sampled_from([*LISTS, UNREAD])),
        st.sampled_from(["active", "active", "active", "blackhole"]),
        st.sampled_from(TARGETS),
        st.booleans(),
    ).filter(lambda found: (found.get("DestinationPrefixListId"), found.get("GatewayId")) != (UNREAD, "vpce-1")),
    max_size=4,
    unique_by=lambda found: (*(v for k, v in found.items() if k.startswith("Destination")), found.get("Origin")),
)  # fmt: skip


@st.composite
def acls(draw: st.DrawFn) -> dict[str, Any]:
    entries = [
        acl_entry(
            number, draw(st.sampled_from(["allow", "deny"])), draw(cidr), egress=draw(st.booleans()),
            protocol=draw(st.sampled_from(["-1", "6", "17", "1"])), ports=draw(st.one_of(st.none(), port_range)),
        )
        for number in draw(st.lists(st.integers(1, 50), max_size=4, unique=True))
    ]  # fmt: skip
    return open_acl() | {"Entries": [*reversed(open_acl()["Entries"]), *entries]}


@st.composite
def networks(draw: st.DrawFn) -> RegionAnswers:
    tables = [route_table(*draw(routes), name="rtb-1"), route_table(*draw(routes), main=True, name="rtb-main")]
    gateways = [GATEWAY, {"InternetGatewayId": "igw-2", "Attachments": [{"VpcId": "vpc-2", "State": "available"}]}]
    mode = draw(st.sampled_from(["off", "off", "block-ingress", "block-bidirectional"]))
    exclusion = {
        "InternetGatewayExclusionMode": draw(st.sampled_from(["allow-bidirectional", "allow-egress"])),
        "State": draw(st.sampled_from(["create-complete", "update-complete", "delete-complete"])),
        "ResourceArn": f"arn:aws:ec2:eu-central-1:111111111111:{draw(st.sampled_from(['vpc/vpc-1', 'subnet/subnet-1', 'vpc/vpc-2']))}",
    }
    return region(
        route_tables=tables[draw(st.integers(0, 1)) :],
        network_acls=[draw(acls())],
        security_groups=[
            group(*draw(st.lists(rules, max_size=2))),
            group(*draw(st.lists(rules, max_size=1)), name="sg-2"),
        ],
        internet_gateways=draw(st.sampled_from([gateways, gateways, gateways[1:]])),
        public_access={"InternetGatewayBlockMode": mode},
        public_access_exclusions=draw(st.sampled_from([[], [exclusion], [exclusion]])),
        prefix_lists=LISTS,
    )


@dataclass(frozen=True)
class Packet:
    """The first packet of a connection."""

    protocol: str
    source: str
    port: int

    @property
    def family(self) -> str:
        return f"ipv{ip_address(self.source).version}"

    @property
    def numbers(self) -> tuple[str, ...]:
        """How a rule may speak of the protocol."""
        return {"tcp": ("-1", "tcp", "6"), "udp": ("-1", "udp", "17")}[self.protocol]


PACKETS = [Packet(*one) for one in product(("tcp", "udp"), EDGES, PORTS)]


def within(found: str, source: str) -> bool:
    network = ip_network(found)
    return network.version == ip_address(source).version and ip_address(source) in network


class World:
    """A region in which nothing is unread."""

    def __init__(self, answers: RegionAnswers, unread: Sequence[str]) -> None:
        self.answers = answers
        self.lists: Mapping[str, Sequence[str]] = {**LISTS, UNREAD: unread}

    def connects(self, host: Interface, packet: Packet) -> bool:
        """Whether the first packet arrives, and an answer to it gets back."""
        return (
            bool(host.addresses(packet.family))  # type: ignore[arg-type]
            and self._not_blocked()
            and self._acl(packet, packet.port, egress=False)
            and any(self._group(name, packet) for name in host.groups)
            and any(self._acl(packet, client, egress=True) for client in PORTS if client)
            and self._leads_out(packet.source)
        )

    def _not_blocked(self) -> bool:
        if (self.answers.public_access or {})["InternetGatewayBlockMode"] == "off":
            return True
        return any(
            one["InternetGatewayExclusionMode"] == "allow-bidirectional"
            and one["State"] in ("create-complete", "update-complete")
            and one["ResourceArn"].split(":")[5] in ("vpc/vpc-1", "subnet/subnet-1")
            for one in self.answers.public_access_exclusions or []
        )

    def _acl(self, packet: Packet, port: int, *, egress: bool) -> bool:
        (acl,) = self.answers.network_acls or []
        for entry in sorted(acl["Entries"], key=lambda entry: entry["RuleNumber"]):
            ports = entry.get("PortRange")
            if (
                entry["Egress"] is egress
                and entry["Protocol"] in packet.numbers
                and within(entry.get("CidrBlock") or entry["Ipv6CidrBlock"], packet.source)
                and (entry["Protocol"] == "-1" or not ports or ports["From"] <= port <= ports["To"])
            ):
                return bool(entry["RuleAction"] == "allow")
        return False

    def _group(self, name: str, packet: Packet) -> bool:
        (found,) = (one for one in self.answers.security_groups or [] if one["GroupId"] == name)
        return any(
            rule["IpProtocol"] in packet.numbers
            and (rule["IpProtocol"] == "-1" or rule["FromPort"] <= packet.port <= rule["ToPort"])
            and any(within(source, packet.source) for source in self._sources(rule))
            for rule in found["IpPermissions"]
        )

    def _sources(self, rule: Mapping[str, Any]) -> list[str]:
        """Not those of the groups that it names: their members come from private addresses."""
        listed = [cidr for one in rule["PrefixListIds"] for cidr in self.lists[one["PrefixListId"]]]
        return [
            *(one["CidrIp"] for one in rule["IpRanges"]),
            *(one["CidrIpv6"] for one in rule["Ipv6Ranges"]),
            *listed,
        ]

    def _leads_out(self, source: str) -> bool:
        """The longest prefix wins, then a route that was written before one that was learned."""
        tables = self.answers.route_tables or []
        own = [table for table in tables if any(a.get("SubnetId") == "subnet-1" for a in table["Associations"])]
        best: tuple[int, bool] = (-1, False)
        out = False
        for one in (own or tables)[0]["Routes"]:
            for found in self._destinations(one):
                rank = (ip_network(found).prefixlen, one.get("Origin") != "EnableVgwRoutePropagation")
                if within(found, source) and rank > best:
                    best, out = rank, one["State"] == "active" and one.get("GatewayId") in self._attached()
        return out

    def _destinations(self, one: Mapping[str, Any]) -> Sequence[str]:
        if "DestinationPrefixListId" in one:
            return self.lists[one["DestinationPrefixListId"]]
        return [one.get("DestinationCidrBlock") or one["DestinationIpv6CidrBlock"]]

    def _attached(self) -> set[str]:
        return {
            one["InternetGatewayId"]
            for one in self.answers.internet_gateways or []
            if any(a["VpcId"] == "vpc-1" for a in one["Attachments"])
        }


def modelled(exposures: Sequence[Exposure]) -> set[Packet]:
    return {
        packet
        for packet in PACKETS
        for one in exposures
        if (one.family, one.protocol) == (packet.family, packet.protocol)
        and packet.port in one.ports
        and int(ip_address(packet.source)) in one.sources
    }


def _reads_unread(answers: RegionAnswers) -> bool:
    return UNREAD in str((answers.route_tables, answers.security_groups))


@given(networks(), st.sampled_from([("sg-1",), ("sg-1", "sg-2")]), st.booleans())
def test_what_reaches_a_host_is_what_every_packet_says(
    answers: RegionAnswers, groups: tuple[str, ...], with_ipv6: bool
) -> None:
    host = replace(HOST, groups=groups, ipv6=HOST.ipv6 if with_ipv6 else ())
    found = Network(answers).reach(host)
    outcomes = [
        {packet for packet in PACKETS if World(answers, unread).connects(host, packet)}
        for unread in (UNREAD_CONTENTS if _reads_unread(answers) else [[]])
    ]
    proven, possible = modelled(found.exposures), modelled(found.possible)
    assert proven <= set.intersection(*outcomes)
    assert set.union(*outcomes) <= possible
    if not _reads_unread(answers):
        assert proven == possible
        assert found.unread == ()
