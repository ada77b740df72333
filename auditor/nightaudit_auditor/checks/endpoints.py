"""Managed databases whose endpoint may be on the Internet: judged by the network of the subnets in which they can run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from nightaudit_auditor.aws.network import Interface, Reach, internet_ports, network_of
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family, addresses
from nightaudit_auditor.checks.registry import Context, Fail, Result, Unknown

_NAMES: Final[Mapping[Family, str]] = {"ipv4": "IPv4", "ipv6": "IPv6"}


@dataclass(frozen=True)
class Endpoint:
    """A publicly accessible endpoint: a port, and the interface that the service puts into one of `subnets`.

    Of its subnets a database uses the one it runs in today, and any of them after a failover. `dual`: it has a public IPv6
    address besides the IPv4 one. `described` is the operation that says all this.
    """

    name: str
    port: int
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    described: str
    address: str = ""
    dual: bool = False


@dataclass(frozen=True)
class Verdict:
    """By which families the Internet can connect to the port, with the paths; `reason` says why there may be more."""

    port: int
    open: Mapping[Family, tuple[tuple[str, ...], ...]]
    reason: str = ""
    operation: str = ""


def verdict(endpoint: Endpoint, region: str, context: Context) -> Verdict:
    """Whether route, network ACL and security groups let the Internet in, the schedule's known networks aside."""
    port = endpoint.port
    if missing := _missing(endpoint):
        return Verdict(port, {}, missing, endpoint.described)
    network = network_of(context.data, region)
    reaches = [network.reach(_interface(endpoint, subnet)) for subnet in endpoint.subnets]
    open_: dict[Family, tuple[tuple[str, ...], ...]] = {}
    unread: dict[str, None] = {}
    for family in FAMILIES:
        known = addresses(family, context.settings.known_cidrs)
        found = [reach for reach in reaches if port in internet_ports(reach.exposures, family, "tcp", known)]
        if found:
            open_[family] = tuple(path for reach in found for path in _paths(reach, family, port))
            continue
        for reach in reaches:
            if port in internet_ports(reach.possible, family, "tcp", known):
                unread.update(dict.fromkeys(reach.unread))
    if not unread:
        return Verdict(port, open_)
    operation = next((name for name in unread if name.startswith("ec2.")), "")
    return Verdict(port, open_, f"the path from the Internet is not wholly known: {', '.join(unread)}", operation)


def reachable_results(found: Verdict) -> Iterator[Result]:
    """A Fail for each family by which the Internet can connect, discriminated by port and family; then what is not known."""
    for family, paths in found.open.items():
        detail = f"the Internet can connect to port {found.port} over {_NAMES[family]}"
        yield Fail(detail, f"tcp/{found.port}/{family}", {"paths": [list(path) for path in paths]})
    if found.reason:
        yield Unknown(found.reason, found.operation)


def door_of(found: Fail) -> tuple[int, Family] | None:
    """The port and family of a Fail of `reachable_results`; None for any other."""
    protocol, _, rest = found.discriminator.partition("/")
    port, _, family = rest.partition("/")
    return next(((int(port), known) for known in FAMILIES if protocol == "tcp" and known == family), None)


def _missing(endpoint: Endpoint) -> str:
    """What the path from the Internet cannot be followed without; empty if nothing is missing."""
    if not endpoint.port:
        return "it has no port yet"
    if not endpoint.subnets:
        return "it names no subnets"
    return "" if endpoint.vpc else "it does not say which VPC it is in"


def _interface(endpoint: Endpoint, subnet: str) -> Interface:
    address = endpoint.address or "public address"
    return Interface(
        id=endpoint.name,
        vpc=endpoint.vpc,
        subnet=subnet,
        groups=endpoint.groups,
        public_ipv4=(address,),
        ipv6=(address,) if endpoint.dual else (),
    )


def _paths(reach: Reach, family: Family, port: int) -> Iterator[tuple[str, ...]]:
    for exposure in reach.exposures:
        if (exposure.family, exposure.protocol) == (family, "tcp") and port in exposure.ports:
            yield exposure.path
