"""Which addresses of the Internet a subnet exchanges packets with: route tables, Internet gateways, Block Public Access.

Sources: VPC User Guide, "Route priority" (the longest prefix wins, a static route before a propagated one),
"Subnet route tables" (explicit association, else the main table), "Gateway route tables", "Block public access to VPCs".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Final

from nightaudit_auditor.aws.network import cidrs
from nightaudit_auditor.aws.network.answers import (
    BLOCK_PUBLIC_ACCESS_EXCLUSIONS,
    INTERNET_GATEWAYS,
    PREFIX_LIST_ENTRIES,
    ROUTE_TABLES,
    Answer,
    Extent,
    RegionAnswers,
)
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.aws.network.interfaces import Interface
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals

FIREWALL_POLICY: Final = "the policy of the appliance"  # a middlebox may let anything through or nothing

_ATTACHED: Final = frozenset({"available", "attached"})  # EC2 says `available` where its model says `attached`
_EXCLUDED: Final = frozenset({"create-complete", "update-complete"})


def attached_gateways(answers: RegionAnswers, vpc: str) -> frozenset[str] | None:
    """The ids of the Internet gateways attached to the VPC; None if the gateways could not be read."""
    if answers.internet_gateways is None:
        return None
    return frozenset(
        gateway["InternetGatewayId"]
        for gateway in answers.internet_gateways
        for attachment in gateway.get("Attachments", [])
        if attachment.get("VpcId") == vpc and attachment.get("State") in _ATTACHED
    )


def effective_route_table(answers: RegionAnswers, vpc: str, subnet: str) -> Answer | None:
    """The table that routes for the subnet: the associated one, else the VPC's main one; None if neither was read."""
    main: Answer | None = None
    for table in answers.route_tables or ():
        for association in table.get("Associations", []):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main") and table.get("VpcId") == vpc:
                main = table
    return main


def internet_route(answers: RegionAnswers, interface: Interface, family: Family) -> Extent:
    """The public addresses whose packets enter by an Internet gateway and whose answers leave by it."""
    everyone = cidrs.PUBLIC[family]
    gateways = attached_gateways(answers, interface.vpc)
    if gateways is not None and not gateways:
        return Extent.exactly(EMPTY, f"no Internet gateway attached to {interface.vpc}")
    table = effective_route_table(answers, interface.vpc, interface.subnet)
    if table is None:
        return Extent.at_most(everyone, f"route table of {interface.subnet} not read", ROUTE_TABLES)
    extent = _through_gateway(answers, table, gateways, family)
    if extent.sure and _inspected(answers, gateways, interface, family):
        label = f"{extent.label}, through an appliance that the gateway's route table names"
        extent = Extent(EMPTY, extent.possible, label, (*extent.unread, FIREWALL_POLICY))
    return _block_public_access(answers, interface, extent)


def accelerated_route(answers: RegionAnswers, interface: Interface, family: Family, label: str) -> Extent:
    """The public addresses whose packets Global Accelerator brings into the VPC: it needs an Internet gateway there, and no
    route to it; VPC Block Public Access stops it."""
    everyone = cidrs.PUBLIC[family]
    gateways = attached_gateways(answers, interface.vpc)
    if gateways is None:
        return _block_public_access(answers, interface, Extent.at_most(everyone, label, INTERNET_GATEWAYS))
    if not gateways:
        return Extent.exactly(EMPTY, f"no Internet gateway attached to {interface.vpc}")
    return _block_public_access(answers, interface, Extent.exactly(everyone, label))


def _through_gateway(answers: RegionAnswers, table: Answer, gateways: frozenset[str] | None, family: Family) -> Extent:
    undecided, sure, possible = cidrs.EVERYWHERE[family], EMPTY, EMPTY
    unread: list[str] = []
    used: list[str] = []
    for destination, route in _by_priority(answers, table, family):
        hit = undecided & destination
        undecided -= destination
        gateway = _target(route)
        if route.get("State") == "blackhole" or not hit & cidrs.PUBLIC[family]:
            continue
        if gateway.startswith("igw-") and (gateways is None or gateway in gateways):
            used.append(f"{_destination(route)} via {gateway}")
            possible |= hit
            if gateways is None:
                unread.append(INTERNET_GATEWAYS)
            else:
                sure |= hit
        elif gateway.startswith("vpce-") and _has_edge_routes(answers, gateways):
            used.append(f"{_destination(route)} via {gateway}, which inspects it")
            possible |= hit
            unread.append(FIREWALL_POLICY)
    for route in _unresolved(answers, table):
        gateway = _target(route)
        if gateway.startswith("vpce-"):
            continue  # a gateway endpoint: AWS's own services (S3, DynamoDB) are behind such a list, nobody else
        if gateway.startswith("igw-") and route.get("State") != "blackhole":
            possible = cidrs.EVERYWHERE[family]
        elif sure:
            sure = EMPTY
        unread.append(PREFIX_LIST_ENTRIES)
    public = cidrs.PUBLIC[family]
    label = f"route table {table['RouteTableId']} ({'; '.join(used) or 'no route to an Internet gateway'})"
    sure, possible = sure & public, possible & public
    return Extent(sure, possible, label, tuple(dict.fromkeys(unread)) if sure != possible else ())


def _by_priority(answers: RegionAnswers, table: Answer, family: Family) -> Iterator[tuple[Intervals, Answer]]:
    """The table's routes of one family, prefix lists spelled out, in the order in which they win."""
    routes: list[tuple[int, bool, str, Answer]] = []
    for route in table.get("Routes", []):
        listed = answers.prefix_lists.get(route.get("DestinationPrefixListId", ""), ())
        own = (route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock"))
        for cidr in (*(cidr for cidr in own if cidr), *listed):
            if cidrs.parse(cidr)[0] == family:
                propagated = route.get("Origin") == "EnableVgwRoutePropagation"
                routes.append((-cidrs.prefix_length(cidr), propagated, cidr, route))
    for _, _, cidr, route in sorted(routes, key=lambda item: item[:3]):
        yield cidrs.parse(cidr)[1], route


def _unresolved(answers: RegionAnswers, table: Answer) -> Iterator[Answer]:
    for route in table.get("Routes", []):
        prefix_list = route.get("DestinationPrefixListId")
        if prefix_list and prefix_list not in answers.prefix_lists:
            yield route


def _target(route: Answer) -> str:
    # An egress-only gateway, NAT gateway, carrier gateway … has a key of its own and lets nobody in.
    return str(route.get("GatewayId") or "")


def _destination(route: Answer) -> str:
    return str(
        route.get("DestinationCidrBlock")
        or route.get("DestinationIpv6CidrBlock")
        or route.get("DestinationPrefixListId")
    )


def _edge_routes(answers: RegionAnswers, gateways: frozenset[str] | None) -> Iterator[Answer]:
    """Routes of the tables that are associated with an Internet gateway itself and send what enters to an appliance."""
    for table in answers.route_tables or ():
        edges = {association.get("GatewayId", "") for association in table.get("Associations", [])}
        if any(edge.startswith("igw-") and (gateways is None or edge in gateways) for edge in edges):
            for route in table.get("Routes", []):
                if _target(route) != "local" and route.get("State") != "blackhole":
                    yield route


def _has_edge_routes(answers: RegionAnswers, gateways: frozenset[str] | None) -> bool:
    return any(True for _ in _edge_routes(answers, gateways))


def _inspected(answers: RegionAnswers, gateways: frozenset[str] | None, interface: Interface, family: Family) -> bool:
    known = [ip_address(address) for address in interface.vpc_addresses]
    own = [int(address) for address in known if address.version == (4 if family == "ipv4" else 6)]
    for route in _edge_routes(answers, gateways):
        cidr = route.get("DestinationCidrBlock" if family == "ipv4" else "DestinationIpv6CidrBlock")
        if cidr and (not own or any(address in cidrs.parse(cidr)[1] for address in own)):
            return True
    return False


def _block_public_access(answers: RegionAnswers, interface: Interface, extent: Extent) -> Extent:
    """VPC Block Public Access drops what enters, both in its ingress-only and in its bidirectional mode."""
    mode = (answers.public_access or {}).get("InternetGatewayBlockMode", "off")
    if mode == "off" or not extent.possible:
        return extent
    if answers.public_access_exclusions is None:
        label = f"{extent.label}, VPC Block Public Access {mode} with unread exclusions"
        return Extent.at_most(extent.possible, label, *extent.unread, BLOCK_PUBLIC_ACCESS_EXCLUSIONS)
    if _is_excluded(answers.public_access_exclusions, (f":vpc/{interface.vpc}", f":subnet/{interface.subnet}")):
        return extent
    return Extent.exactly(EMPTY, f"VPC Block Public Access {mode}")


def _is_excluded(exclusions: Sequence[Answer], suffixes: Iterable[str]) -> bool:
    ends = tuple(suffixes)
    return any(
        exclusion.get("InternetGatewayExclusionMode") == "allow-bidirectional"
        and exclusion.get("State") in _EXCLUDED
        and str(exclusion.get("ResourceArn", "")).endswith(ends)
        for exclusion in exclusions
    )
