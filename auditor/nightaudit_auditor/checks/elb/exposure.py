"""Load balancers that put administration ports and datastores on the Internet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nightaudit_auditor.aws.network import (
    ACCELERATOR_OPERATIONS,
    NETWORK_OPERATIONS,
    Listener,
    Reach,
    network_of,
)
from nightaudit_auditor.checks.ec2.exposure import ADMIN_PORTS, DATASTORE_PORTS, Door, doors, paths, spoken, undecided
from nightaudit_auditor.checks.elb.kinds import (
    CLASSIC_TAGS,
    LISTENERS,
    LOAD_BALANCER,
    TAGS,
    listeners,
)
from nightaudit_auditor.checks.elb.reach import entrance, listener_reach
from nightaudit_auditor.checks.elb.targets import TARGET_OPERATIONS, attached, behind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import Unreadable

SERVICES: Final[Mapping[int, str]] = {**ADMIN_PORTS, **DATASTORE_PORTS}
_SPEAK_HTTP: Final = frozenset({2375, 2379, 5601, 5984, 5985, 5986, 6443, 8086, 9200, 10250})
_AUTHENTICATE: Final = frozenset({"authenticate-oidc", "authenticate-cognito", "jwt-validation"})
_HTTP: Final = frozenset({"HTTP", "HTTPS"})

Ways = Iterable[tuple[str, ...]]


@check(
    "ELB_PUBLIC_SENSITIVE_PORT",
    kind=LOAD_BALANCER,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS, LISTENERS, *TARGET_OPERATIONS, TAGS, CLASSIC_TAGS),
    title="Load balancer offers an administration port or a datastore to the Internet",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="The machines behind it have no public address, and are on the Internet all the same: a password or an unpatched "
    "service is all that is left.",
    remediation="Console: EC2 > Load balancers > the load balancer > Listeners: remove the listener, or Security > Edit: a group that "
    "names the networks that need it; or make it internal. CLI: aws elbv2 delete-listener --listener-arn ARN; aws elbv2 "
    "set-security-groups --load-balancer-arn ARN --security-groups GROUP.",
    terraform="""resource "aws_lb" "db" {
  load_balancer_type = "network"
  internal           = true
  subnets            = var.private_subnet_ids
  security_groups    = [aws_security_group.db_clients.id]
}""",
    parameters=("expect.knownCIDRs",),
    references=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html",
    ),
)
def public_sensitive_port(resource: Resource, context: Context) -> Iterator[Result]:
    """The Internet can connect, by a load balancer, to a service that is an administration port or a datastore: by the port of
    a listener, or by the port of a target behind one.

    Judged is the path to the load balancer (route, network ACL, its security groups; a network load balancer may have none; an
    internal one may be behind an accelerator) on its listeners' ports. Targets of a network load balancer that see the clients' addresses must let them in too. Through
    a listener of HTTP only services that speak it are reached; one that authenticates its users is left out.
    """
    if resource.data.get("Type") == "gateway":
        return
    found = _Findings()
    for item in listeners(resource, context.data):
        if not _authenticates(item):
            try:
                _judge(found, resource, item, context)
            except Unreadable as problem:
                found.doubts.setdefault(
                    str(problem), Unknown(f"what is behind it is not known: {problem}", problem.operation)
                )
    yield from (found.fails[key] for key in sorted(found.fails))
    yield from list(found.doubts.values())[:1]


@dataclass
class _Findings:
    """Problems by discriminator, and why there may be more."""

    fails: dict[str, Fail] = field(default_factory=dict)
    doubts: dict[str, Unknown] = field(default_factory=dict)

    def add(self, kind: str, port: int, door: Door, entered: Listener, ways: Ways, target: str = "") -> None:
        key = f"{kind}/{door.discriminator(str(port))}"
        known = self.fails[key].evidence if key in self.fails else {"targets": [], "paths": []}
        behind_it = f"behind the listener on port {entered.port}, " if kind == "target" else ""
        self.fails[key] = Fail(
            f"{door.protocol.upper()} port {port} ({SERVICES[port]}), {behind_it}can be connected to from the Internet "
            f"over {'IPv4' if door.family == 'ipv4' else 'IPv6'}",
            key,
            {
                "listener": entered.port,
                "targets": [*known["targets"], *([target] if target else [])],
                "paths": [*known["paths"], *(list(way) for way in dict.fromkeys(ways))],
            },
        )

    def doubt(self, reach: Reach) -> None:
        unknown = undecided(reach)
        self.doubts.setdefault(unknown.reason, unknown)


def _judge(found: _Findings, resource: Resource, item: Mapping[str, Any], context: Context) -> None:
    """One listener. Raises Unreadable and Gone, after what is provable without.

    A reach holds nothing but the port that is asked for: what is not open of it is doubtful.
    """
    try:
        entered = entrance(resource, item)
    except ValueError as error:
        found.doubts.setdefault(str(error), Unknown(str(error), LISTENERS))
        return
    network = network_of(context.data, resource.region)
    port = entered.port
    reach = listener_reach(context.data, network, resource, entered)
    entrances = tuple(doors(reach, context.settings.known_cidrs))
    if not entrances:
        return
    http = item.get("Protocol") in _HTTP
    passes_on = resource.data.get("Type") == "network"
    if not passes_on:
        for door in entrances:
            if not _matters(port, door, http=http):
                continue
            if port in door.open:
                found.add("listener", port, door, entered, paths(reach.exposures, door, port, port))
            else:
                found.doubt(reach)
    for target in attached(resource, item, context):
        sensitive = {"target": target.port} if target.port != port else {}
        if passes_on:
            sensitive["listener"] = port
        if not any(_is_service(number, http=http) for number in sensitive.values()):
            continue
        got, unknown = behind(network, reach, entered, target, context, resource.region)
        if unknown is not None:
            found.doubts.setdefault(unknown.reason, unknown)
        for door in doors(got, context.settings.known_cidrs):
            for kind, number in sensitive.items():
                if not _matters(number, door, http=http):
                    continue
                if target.port in door.open:
                    ways = paths(got.exposures, door, target.port, target.port)
                    found.add(kind, number, door, entered, ways, target.name)
                else:
                    found.doubt(got)


def _authenticates(item: Mapping[str, Any]) -> bool:
    return any(action.get("Type") in _AUTHENTICATE for action in item.get("DefaultActions", []))


def _is_service(port: int, *, http: bool) -> bool:
    return port in SERVICES and (not http or port in _SPEAK_HTTP)


def _matters(port: int, door: Door, *, http: bool) -> bool:
    return _is_service(port, http=http) and spoken(port, door.protocol)
