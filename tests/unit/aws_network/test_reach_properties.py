"""Laws of reachability on random small networks, and an oracle that walks packets through the rules one by one."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.aws.network import Exposure, Network, RegionAnswers
from tests.unit.aws_network.builders import HOST, acl_entry, group, open_acl, permission, region, route, route_table

CIDRS = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "52.1.0.0/16", "8.8.8.0/24", "9.9.9.9/32", "10.0.0.0/8"]
SOURCES = ["8.8.8.8", "8.8.9.1", "9.9.9.9", "52.1.2.3", "52.2.0.0", "151.1.1.1", "223.255.255.255"]
PORTS = [1, 21, 22, 23, 80, 1024, 3389, 65535]

cidr = st.sampled_from(CIDRS)
port_range = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda pair: (min(pair), max(pair)))
protocol = st.sampled_from(["tcp", "6", "-1", "udp"])
rules = st.lists(
    st.builds(lambda name, ports, found: permission(name, *ports, *found), protocol, port_range, st.lists(cidr, max_size=2)),
    max_size=4,
)  # fmt: skip


@st.composite
def acl_entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    numbers = draw(st.lists(st.integers(1, 50), max_size=5, unique=True))
    return [
        acl_entry(
            number, draw(st.sampled_from(["allow", "allow", "deny"])), draw(cidr), egress=draw(st.booleans()),
            protocol=draw(st.sampled_from(["-1", "6", "17"])), ports=draw(port_range),
        )
        for number in numbers
    ]  # fmt: skip


routes = st.lists(
    st.builds(
        lambda found, state, target: route(found, state, **target), cidr, st.sampled_from(["active", "active", "blackhole"]),
        st.sampled_from([{"GatewayId": "igw-1"}, {"GatewayId": "igw-1"}, {"NatGatewayId": "nat-1"}, {"GatewayId": "igw-of-others"}]),
    ),
    min_size=1, max_size=3, unique_by=lambda found: found["DestinationCidrBlock"],
)  # fmt: skip


@st.composite
def networks(draw: st.DrawFn) -> RegionAnswers:
    wide = acl_entry(99, "allow", "0.0.0.0/0", egress=False), acl_entry(99, "allow", "0.0.0.0/0", egress=True)
    return region(
        route_tables=[route_table(*draw(routes))],
        network_acls=[open_acl() | {"Entries": [*draw(acl_entries()), *(wide if draw(st.booleans()) else ())]}],
        security_groups=[group(*draw(rules))],
    )


def reached(answers: RegionAnswers) -> set[tuple[str, int, str]]:
    """(protocol, port, source) of the probes, by the model."""
    found = Network(answers).reach(replace(HOST, ipv6=()))
    assert [view(exposure) for exposure in found.exposures] == [view(exposure) for exposure in found.possible]
    return {
        (exposure.protocol, port, source)
        for exposure in found.exposures
        for port in PORTS
        for source in SOURCES
        if port in exposure.ports and int(ip_address(source)) in exposure.sources
    }


def view(exposure: Exposure) -> tuple[Any, ...]:
    return exposure.family, exposure.protocol, exposure.ports, exposure.sources


def walked(answers: RegionAnswers) -> set[tuple[str, int, str]]:
    """The same, by sending each packet and its answer through the rules as AWS describes them."""
    return {
        (protocol, port, source)
        for protocol in ("tcp", "udp")
        for port in PORTS
        for source in SOURCES
        if group_allows(answers, protocol, port, source)
        and acl_allows(answers, protocol, port, source, egress=False)
        and any(
            acl_allows(answers, protocol, client, source, egress=True) for client in (*PORTS, 2, 24, 81, 1025, 3390)
        )
        and routed_to_gateway(answers, source)
    }


def covers(found: str, source: str) -> bool:
    return IPv4Address(source) in ip_network(found)


def group_allows(answers: RegionAnswers, protocol: str, port: int, source: str) -> bool:
    for rule in (answers.security_groups or [])[0]["IpPermissions"]:
        same = {"tcp": ("tcp", "6", "-1"), "udp": ("udp", "17", "-1")}[protocol]
        ports = rule["IpProtocol"] == "-1" or rule["FromPort"] <= port <= rule["ToPort"]
        if rule["IpProtocol"] in same and ports and any(covers(found["CidrIp"], source) for found in rule["IpRanges"]):
            return True
    return False


def acl_allows(answers: RegionAnswers, protocol: str, port: int, source: str, *, egress: bool) -> bool:
    for entry in sorted((answers.network_acls or [])[0]["Entries"], key=lambda entry: entry["RuleNumber"]):
        if entry["Egress"] != egress or entry["Protocol"] not in ("-1", {"tcp": "6", "udp": "17"}[protocol]):
            continue
        ports = entry.get("PortRange")
        in_ports = entry["Protocol"] == "-1" or not ports or ports["From"] <= port <= ports["To"]
        if in_ports and covers(entry["CidrBlock"], source):
            return bool(entry["RuleAction"] == "allow")
    return False


def routed_to_gateway(answers: RegionAnswers, source: str) -> bool:
    found = [
        route for route in (answers.route_tables or [])[0]["Routes"] if covers(route["DestinationCidrBlock"], source)
    ]
    if not found:
        return False
    best = max(found, key=lambda route: ip_network(route["DestinationCidrBlock"]).prefixlen)
    return best["State"] == "active" and best.get("GatewayId") == "igw-1"


@settings(deadline=None)
@given(networks())
def test_the_model_agrees_with_packets_walked_one_by_one(answers: RegionAnswers) -> None:
    assert reached(answers) == walked(answers)


@settings(deadline=None)
@given(networks(), st.randoms())
def test_the_order_of_security_group_rules_is_irrelevant(answers: RegionAnswers, random: Any) -> None:
    found = list((answers.security_groups or [])[0]["IpPermissions"])
    random.shuffle(found)
    shuffled = replace(answers, security_groups=[group(*found)])
    assert list(map(view, Network(answers).reach(HOST).exposures)) == list(
        map(view, Network(shuffled).reach(HOST).exposures)
    )


@settings(deadline=None)
@given(networks())
def test_splitting_cidrs_and_port_ranges_changes_nothing(answers: RegionAnswers) -> None:
    split = []
    for rule in (answers.security_groups or [])[0]["IpPermissions"]:
        cidrs = [str(half) for found in rule["IpRanges"] for half in halves(found["CidrIp"])]
        if rule["IpProtocol"] == "-1":
            split.append(permission("-1", 0, 0, *cidrs))
            continue
        middle = (rule["FromPort"] + rule["ToPort"]) // 2
        split.append(permission(rule["IpProtocol"], rule["FromPort"], middle, *cidrs))
        if middle < rule["ToPort"]:
            split.append(permission(rule["IpProtocol"], middle + 1, rule["ToPort"], *cidrs))
    cut = replace(answers, security_groups=[group(*split)])
    assert list(map(view, Network(answers).reach(HOST).exposures)) == list(
        map(view, Network(cut).reach(HOST).exposures)
    )


@settings(deadline=None)
@given(networks())
def test_splitting_the_entries_of_a_network_acl_changes_nothing(answers: RegionAnswers) -> None:
    (acl,) = answers.network_acls or []
    split = []
    for entry in acl["Entries"]:
        ports = entry.get("PortRange")
        cuts = [ports]
        if ports and ports["From"] < ports["To"]:
            middle = (ports["From"] + ports["To"]) // 2
            cuts = [ports | {"To": middle}, ports | {"From": middle + 1}]
        parts = [(half, cut) for half in halves(entry["CidrBlock"]) for cut in cuts]
        for at, (half, cut) in enumerate(parts):
            changed = entry | {"RuleNumber": 10 * entry["RuleNumber"] + at, "CidrBlock": str(half)}
            split.append(changed | ({"PortRange": cut} if cut else {}))
    cut_up = replace(answers, network_acls=[acl | {"Entries": split}])
    assert list(map(view, Network(answers).reach(HOST).exposures)) == list(
        map(view, Network(cut_up).reach(HOST).exposures)
    )


def halves(found: str) -> list[Any]:
    network = ip_network(found)
    return list(network.subnets()) if network.prefixlen < 32 else [network]


@settings(deadline=None)
@given(networks(), cidr, port_range, st.integers(1, 50), st.booleans())
def test_adding_a_deny_never_widens(
    answers: RegionAnswers, found: str, ports: tuple[int, int], number: int, egress: bool
) -> None:  # fmt: skip
    acl = (answers.network_acls or [])[0]
    deny = acl_entry(number, "deny", found, egress=egress, protocol="6", ports=ports)
    others = [entry for entry in acl["Entries"] if entry["RuleNumber"] != number]
    before = replace(answers, network_acls=[acl | {"Entries": others}])
    after = replace(answers, network_acls=[acl | {"Entries": [*others, deny]}])
    assert reached(after) <= reached(before)


@settings(deadline=None)
@given(networks(), st.sampled_from(["route_tables", "network_acls", "security_groups", "internet_gateways"]))
def test_what_is_unread_never_proves_more_nor_rules_out_less(answers: RegionAnswers, missing: str) -> None:
    blind = Network(replace(answers, **{missing: None})).reach(replace(HOST, ipv6=()))
    possible = {
        (exposure.protocol, port, source)
        for exposure in blind.possible
        for port in PORTS
        for source in SOURCES
        if port in exposure.ports and int(ip_address(source)) in exposure.sources
    }
    assert reached(answers) <= possible
    assert blind.exposures == ()
