"""What the Internet can connect to, with the ports and the path, by the models that the checks judge with.

Instances, interfaces that are no instance's, load balancers, databases and warehouses by their network; function URLs, APIs, distributions, cluster endpoints and
search domains by their configuration, because AWS's own network stands before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from nightaudit_auditor.aws.network import Intervals, Reach, network_of, united
from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.checks.apigateway.authorization import API, is_on_internet, no_own_address
from nightaudit_auditor.checks.awslambda.kinds import FUNCTION, URLS
from nightaudit_auditor.checks.awslambda.urls import open_urls
from nightaudit_auditor.checks.cloudfront.distributions import DISTRIBUTION
from nightaudit_auditor.checks.ec2.exposure import Door, doors, host_reach, paths, undecided
from nightaudit_auditor.checks.ec2.kinds import HOST
from nightaudit_auditor.checks.eks.clusters import endpoint_public
from nightaudit_auditor.checks.eks.kinds import CLUSTER as EKS_CLUSTER
from nightaudit_auditor.checks.elb.kinds import LISTENERS, LOAD_BALANCER, listeners
from nightaudit_auditor.checks.elb.reach import entrance, listener_reach
from nightaudit_auditor.checks.endpoints import door_of
from nightaudit_auditor.checks.opensearch.domains import DOMAIN, opensearch_public
from nightaudit_auditor.checks.rds.kinds import DB_INSTANCE
from nightaudit_auditor.checks.rds.public import public as rds_public
from nightaudit_auditor.checks.redshift.public import CLUSTER, WORKGROUP, serverless_public
from nightaudit_auditor.checks.redshift.public import public as redshift_public
from nightaudit_auditor.checks.registry import Context, Evaluate, Fail, Kind, Resource, Settings, Unknown
from nightaudit_auditor.snapshot import AccountData, Unreadable
from nightaudit_auditor.views.asking import UNKNOWN, about, ask, context_of, unheard

OPEN: Final = "OPEN"
_HTTPS: Final = ((443, 443),)
_WEB: Final = ((80, 80), (443, 443))
Ports = tuple[tuple[int, int], ...]


class PublicPorts(msgspec.Struct, frozen=True):
    """A row: ports of a resource that are OPEN to the Internet by one protocol, or of which that is UNKNOWN.

    `ports` are (first, last) pairs, `protocol` is tcp or udp, `family` ipv4 or ipv6; empty where the row is of the resource as a
    whole, or AWS's own network answers. `paths` name every hop from the Internet. `operation` is what would have told more.
    """

    account: str
    region: str
    type: str
    name: str
    arn: str
    status: str
    protocol: str = ""
    family: str = ""
    ports: Ports = ()
    detail: str = ""
    operation: str = ""
    paths: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class _Opening:
    ports: Ports
    protocol: str = "tcp"
    family: str = ""
    detail: str = ""
    paths: tuple[tuple[str, ...], ...] = ()
    doubt: Unknown | None = None


Say = Callable[[Resource, Context], Iterable[_Opening | Unknown]]


def public(accounts: Mapping[str, AccountData], settings: Settings) -> tuple[PublicPorts, ...]:
    """The rows by account, what is OPEN first, then region, type and resource. Each account is looked up once.

    As for the checks, the sources must cover a quarter of the public address space or more, the schedule's known networks aside.
    """
    return tuple(row for id_ in sorted(accounts) for row in _account(accounts[id_], settings))


def _account(data: AccountData, settings: Settings) -> list[PublicPorts]:
    context = context_of(data, settings)
    found: list[tuple[Resource, _Opening | Unknown]] = list(unheard(data))
    if data.reachable:
        found += [said for kind, say in _SAYINGS for said in ask(kind, context, say)]
    return sorted({_row(data, resource, said) for resource, said in found}, key=_order)


def _row(data: AccountData, resource: Resource, said: _Opening | Unknown) -> PublicPorts:
    if isinstance(said, Unknown):
        return PublicPorts(*about(data, resource), UNKNOWN, detail=said.reason, operation=said.operation)
    how = (said.protocol, said.family, said.ports)
    if said.doubt is not None:
        return PublicPorts(*about(data, resource), UNKNOWN, *how, said.doubt.reason, said.doubt.operation, said.paths)
    return PublicPorts(*about(data, resource), OPEN, *how, said.detail, "", said.paths)


def _order(row: PublicPorts) -> tuple[bool, *tuple[str, ...]]:
    ports = " ".join(f"{first:05}-{last:05}" for first, last in row.ports)
    return (row.status == UNKNOWN, row.region, row.type, row.name, row.arn, row.family, row.protocol, ports, row.detail)


def _opened(reach: Reach, context: Context) -> Iterator[_Opening]:
    for door in doors(reach, context.settings.known_cidrs):
        if door.open:
            yield _behind(door, door.open, _paths(reach, door, door.open))
        if door.doubtful:
            yield _behind(door, door.doubtful, (), undecided(reach))


def _behind(door: Door, ports: Intervals, ways: tuple[tuple[str, ...], ...], doubt: Unknown | None = None) -> _Opening:
    return _Opening(tuple(ports.ranges), door.protocol, door.family, "", ways, doubt)


def _paths(reach: Reach, door: Door, ports: Intervals) -> tuple[tuple[str, ...], ...]:
    return tuple(
        dict.fromkeys(way for first, last in ports.ranges for way in paths(reach.exposures, door, first, last))
    )


def _host(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
    yield from _opened(host_reach(context.data, resource), context)


def _balancer(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
    """On the ports of its listeners; what is behind them is another question. A gateway load balancer is on no network."""
    if resource.data.get("Type") == "gateway":
        return
    network = network_of(context.data, resource.region)
    reached: list[Reach] = []
    for item in listeners(resource, context.data):
        try:
            reached.append(listener_reach(context.data, network, resource, entrance(resource, item)))
        except ValueError as error:
            yield Unknown(str(error), LISTENERS)
    yield from _opened(united(reached), context)


def _endpoint(check: Evaluate) -> Say:
    """By a check of a managed database or warehouse, whose one port it judges."""

    def say(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
        for result in check(resource, context):
            if isinstance(result, Unknown):
                yield result
            elif (door := door_of(result)) is not None:
                ways = tuple(tuple(path) for path in result.evidence.get("paths", ()))
                yield _Opening(((door[0], door[0]),), family=door[1], paths=ways)
            else:
                port = (resource.data.get("Endpoint") or {}).get("Port")
                yield _Opening(((port, port),) if port else (), detail=result.detail)

    return say


def _https(check: Evaluate) -> Say:
    """By a check of an endpoint that speaks HTTPS alone; EKS's is discriminated by family."""

    def say(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
        for result in check(resource, context):
            if isinstance(result, Fail):
                yield _Opening(_HTTPS, family=result.discriminator, detail=result.detail)
            else:
                yield result

    return say


def _function(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
    """Its URLs: whoever may call them, the Internet can connect. The detail says who may."""
    urls = (context.data.answer(URLS, resource.region, {"FunctionName": resource.name}) or {}).get(
        "FunctionUrlConfigs", []
    )
    open_: set[str] = set()
    problem: Unreadable | PolicyError | None = None
    try:
        for url, _, conditional in open_urls(resource, context):
            if not conditional:
                open_.add(url.get("FunctionUrl", ""))
    except (Unreadable, PolicyError) as error:
        problem = error
    for url in urls:
        address, kind = url.get("FunctionUrl", ""), url.get("AuthType", "")
        whom = ", everybody may call it" if address in open_ else ""
        yield _Opening(_HTTPS, detail=f"{address} (authorization {kind or 'not known'}{whom})")
    if problem is not None:
        raise problem


def _api(resource: Resource, context: Context) -> Iterator[_Opening | Unknown]:
    if not is_on_internet(resource, context.data):
        return
    if (doubt := no_own_address(resource)) is not None:
        yield doubt
    else:
        yield _Opening(_HTTPS, detail=str(resource.data.get("ApiEndpoint") or resource.data.get("id") or ""))


def _distribution(resource: Resource, _context: Context) -> Iterator[_Opening | Unknown]:
    """CloudFront listens on both ports, whatever its viewer protocol policy then answers."""
    enabled = resource.data.get("Enabled")
    if enabled is None:
        yield Unknown("the distribution does not say whether it is enabled", DISTRIBUTION.needs[0])
    elif enabled:
        yield _Opening(_WEB, detail=str(resource.data.get("DomainName", "")))


_SAYINGS: Final[tuple[tuple[Kind, Say], ...]] = (
    (HOST, _host),
    (LOAD_BALANCER, _balancer),
    (DB_INSTANCE, _endpoint(rds_public)),
    (CLUSTER, _endpoint(redshift_public)),
    (WORKGROUP, _endpoint(serverless_public)),
    (FUNCTION, _function),
    (API, _api),
    (DISTRIBUTION, _distribution),
    (EKS_CLUSTER, _https(endpoint_public)),
    (DOMAIN, _https(opensearch_public)),
)
