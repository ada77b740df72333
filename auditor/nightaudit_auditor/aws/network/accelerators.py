"""Global Accelerator: ways from the Internet to endpoints that have neither a public address nor a public route.

Sources: Global Accelerator Developer Guide, "Secure VPC connections" (the VPC needs an Internet gateway, the subnet no route to
it), "Preserve client IP addresses" (EC2 instances always see them), "Override listener ports".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.network.answers import Extent
from nightaudit_auditor.aws.network.balancers import limited, united
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family
from nightaudit_auditor.aws.network.interfaces import Interface
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.ports import ALL_PORTS, PROTOCOLS, Protocol
from nightaudit_auditor.aws.network.reach import Network, Reach
from nightaudit_auditor.aws.network.routes import accelerated_route
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

LIST: Final = "globalaccelerator.list_accelerators"
LISTENERS: Final = "globalaccelerator.list_listeners"
ENDPOINT_GROUPS: Final = "globalaccelerator.list_endpoint_groups"
ACCELERATOR_OPERATIONS: Final = (LIST, LISTENERS, ENDPOINT_GROUPS)


@dataclass(frozen=True)
class Entrance:
    """The ports of an endpoint to which an accelerator sends what arrives, with or without the clients' addresses."""

    accelerator: str
    families: tuple[Family, ...]
    protocol: Protocol
    ports: Intervals
    preserves_clients: bool


@dataclass(frozen=True)
class Accelerated:
    """Endpoint (an instance's id, a load balancer's ARN) → its entrances; `unread`: there may be more."""

    entrances: Mapping[str, tuple[Entrance, ...]] = field(default_factory=dict)
    unread: str = ""


@per_account
def accelerated(data: AccountData) -> Accelerated:
    """What an account's enabled accelerators lead to."""
    found: dict[str, list[Entrance]] = {}
    unread = ""
    try:
        for endpoint, entrance in _entrances(data):
            found.setdefault(endpoint, []).append(entrance)
    except Unreadable as problem:
        unread = problem.operation
    return Accelerated({endpoint: tuple(entrances) for endpoint, entrances in found.items()}, unread)


def accelerated_reach(data: AccountData, network: Network, endpoint: str, interface: Interface) -> Reach:
    """What the Internet may open to an endpoint's interface by way of accelerators.

    Where they could not be read, whatever its filters let in is possible.
    """
    known = accelerated(data)
    found: list[Reach] = []
    for entrance in known.entrances.get(endpoint, ()):
        label = f"accelerator {entrance.accelerator}"
        doubt = "" if entrance.preserves_clients else "the accelerator's own addresses"
        found.append(
            limited(_arriving(network, interface, entrance.families, label, doubt), {entrance.protocol: entrance.ports})
        )
    if known.unread:
        found.append(_arriving(network, interface, FAMILIES, "accelerators not read", known.unread))
    return united(found)


def _arriving(network: Network, interface: Interface, families: tuple[Family, ...], label: str, doubt: str) -> Reach:
    sources = {}
    for family in families:
        route = accelerated_route(network.answers, interface, family, label)
        sure = EMPTY if doubt else route.sure
        sources[family] = Extent(sure, route.possible, route.label, (*route.unread, doubt) if doubt else route.unread)
    return network.reach(interface, sources)


def _entrances(data: AccountData) -> Iterator[tuple[str, Entrance]]:
    """Raises Unreadable, after what could be read before."""
    for accelerator in (data.answer(LIST) or {}).get("Accelerators", []):
        if not accelerator.get("Enabled"):
            continue
        arn, name = accelerator["AcceleratorArn"], accelerator.get("Name") or accelerator["AcceleratorArn"]
        families: tuple[Family, ...] = FAMILIES if accelerator.get("IpAddressType") == "DUAL_STACK" else ("ipv4",)
        for listener in _items(data, LISTENERS, "Listeners", AcceleratorArn=arn):
            for group in _items(data, ENDPOINT_GROUPS, "EndpointGroups", ListenerArn=listener["ListenerArn"]):
                ports = _ports(listener, group)
                for endpoint in group.get("EndpointDescriptions", []):
                    id_ = str(endpoint["EndpointId"])
                    preserves = id_.startswith("i-") or bool(endpoint.get("ClientIPPreservationEnabled"))
                    for protocol in PROTOCOLS:
                        if str(listener.get("Protocol", "")).lower() == protocol:
                            yield id_, Entrance(name, families, protocol, ports, preserves)


def _items(data: AccountData, operation: str, key: str, **parameters: str) -> list[dict[str, Any]]:
    try:
        return list((data.answer(operation, parameters=parameters) or {}).get(key, []))
    except Gone:
        return []


def _ports(listener: Mapping[str, Any], group: Mapping[str, Any]) -> Intervals:
    """The endpoint's ports: the listener's, but for those that the group overrides."""
    ports = Intervals.of((item["FromPort"], item["ToPort"]) for item in listener.get("PortRanges", []))
    for override in group.get("PortOverrides", []):
        if override["ListenerPort"] in ports:
            ports -= Intervals(((override["ListenerPort"], override["ListenerPort"]),))
            ports |= Intervals(((override["EndpointPort"], override["EndpointPort"]),))
    return ports & ALL_PORTS
