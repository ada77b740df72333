"""Instances and network interfaces that the Internet can reach on ports that are nobody's business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from nightaudit_auditor.aws.network import ACCELERATOR_OPERATIONS, NETWORK_OPERATIONS, Reach
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.checks.ec2.exposure import (
    ADMIN_PORTS,
    DATASTORE_PORTS,
    Door,
    doors,
    host_reach,
    paths,
    spoken,
    undecided,
    wide_ranges,
)
from nightaudit_auditor.checks.ec2.kinds import HOST, NETWORK_INTERFACE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check

REACHABILITY = "https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html"
_NAMES: Final[Mapping[Family, str]] = {"ipv4": "IPv4", "ipv6": "IPv6"}
CLOSE_RULE = (
    "Console: EC2 > Security Groups > the group named in the evidence > Inbound rules > Edit: remove the rule, or name the "
    "networks that need it. CLI: aws ec2 revoke-security-group-ingress --group-id GROUP --protocol PROTOCOL --port PORTS "
    "--cidr 0.0.0.0/0 (for IPv6 use --ip-permissions with Ipv6Ranges). "
)


@check(
    "EC2_PUBLIC_ADMIN_PORT",
    kind=HOST,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS),
    title="Instance or network interface offers an administration port to the Internet",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Administration ports are scanned within minutes of being opened; one weak password, leaked key or unpatched "
    "service behind them is control of the machine and of its role.",
    remediation=CLOSE_RULE + "For shells use Session Manager or EC2 Instance Connect Endpoint, which need no open port.",
    terraform="""resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "203.0.113.0/24" # the office, not 0.0.0.0/0
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}""",
    parameters=("expect.knownCIDRs",),
    compliance=(
        "CIS-AWS-3.0:5.2", "CIS-AWS-3.0:5.3", "CIS-AWS-4.0:5.3", "CIS-AWS-4.0:5.4", "CIS-AWS-5.0:5.3", "CIS-AWS-5.0:5.4",
        "CIS-AWS-6.0:6.3", "CIS-AWS-6.0:6.4", "CIS-AWS-7.0:6.3", "CIS-AWS-7.0:6.4",
    ),
    references=(REACHABILITY,),
)  # fmt: skip
def public_admin_port(resource: Resource, context: Context) -> Iterator[Result]:
    """The Internet can connect to a running instance, or to a network interface that is no instance's, on SSH, RDP, WinRM, Docker,
    the Kubernetes API or the kubelet.

    Judged is the whole path: a public address, a route to an attached Internet gateway, the network ACL in both
    directions and the security groups, for IPv4 and IPv6. Sources that together cover a quarter of the public address
    space count as the Internet. A range of more than 1,000 ports is EC2_PUBLIC_ALL_PORTS instead. Interfaces without an
    instance are those of tasks on AWS Fargate, as a rule; those of databases, load balancers and the like are other checks'.
    """
    yield from _service_ports(resource, context, ADMIN_PORTS)


@check(
    "EC2_PUBLIC_DATASTORE_PORT",
    kind=HOST,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS),
    title="Instance or network interface offers a datastore port to the Internet",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Databases and caches are found by mass scans and emptied or held for ransom; many of them ask for no password "
    "by default.",
    remediation=CLOSE_RULE
    + "Let only the application's security group in, and put the datastore into a private subnet.",
    terraform="""resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}""",
    parameters=("expect.knownCIDRs",),
    compliance=("CIS-AWS-4.0:5.1.2", "CIS-AWS-5.0:5.1.2", "CIS-AWS-6.0:6.1.2", "CIS-AWS-7.0:6.1.2"),
    references=(REACHABILITY,),
)
def public_datastore_port(resource: Resource, context: Context) -> Iterator[Result]:
    """The Internet can connect to a running instance, or to a network interface that is no instance's, on the port of a database,
    cache, queue or file share.

    The path is judged as for EC2_PUBLIC_ADMIN_PORT. A range of more than 1,000 ports is EC2_PUBLIC_ALL_PORTS instead.
    """
    yield from _service_ports(resource, context, DATASTORE_PORTS)


@check(
    "EC2_PUBLIC_ALL_PORTS",
    kind=HOST,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS),
    title="Instance or network interface is open to the Internet on more than 1,000 ports",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Whatever listens on the machine, today or after the next deployment, is on the Internet: there is no filter.",
    remediation=CLOSE_RULE + "Open single ports, to the networks that need them.",
    terraform="""resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp" # with "-1" every port is open
  from_port         = 443
  to_port           = 443
}""",
    parameters=("expect.knownCIDRs",),
    references=(REACHABILITY,),
)
def public_all_ports(resource: Resource, context: Context) -> Iterator[Result]:
    """The Internet can connect to a running instance, or to a network interface that is no instance's, on a range of more than
    1,000 TCP or UDP ports.

    The path is judged as for EC2_PUBLIC_ADMIN_PORT. Ports inside such a range are not reported one by one.
    """
    reach = host_reach(context.data, resource)
    unsure = False
    found: dict[tuple[Family, int, int], list[Door]] = {}
    for door in doors(reach, context.settings.known_cidrs):
        wide = wide_ranges(door.open)
        for first, last in wide:
            found.setdefault((door.family, first, last), []).append(door)
        unsure = unsure or wide_ranges(door.open | door.doubtful) != wide
    for (family, first, last), open_ in found.items():
        protocols = [door.protocol for door in open_]
        spoken_of = " and ".join(protocol.upper() for protocol in protocols)
        yield Fail(
            f"{spoken_of} ports {first}-{last} can be connected to from the Internet over {_NAMES[family]}",
            f"{'+'.join(protocols)}/{first}-{last}/{family}",
            _evidence(resource, reach, open_, first, last),
        )
    if unsure:
        yield undecided(reach)


def _service_ports(resource: Resource, context: Context, services: Mapping[int, str]) -> Iterator[Result]:
    reach = host_reach(context.data, resource)
    unsure = False
    for door in doors(reach, context.settings.known_cidrs):
        for port, service in services.items():
            if not spoken(port, door.protocol):
                continue
            unsure = unsure or port in door.doubtful
            if port in door.open and not door.is_wide(port):
                yield Fail(
                    f"{door.protocol.upper()} port {port} ({service}) can be connected to from the Internet "
                    f"over {_NAMES[door.family]}",
                    door.discriminator(str(port)),
                    _evidence(resource, reach, [door], port, port),
                )
    if unsure:
        yield undecided(reach)


def _evidence(resource: Resource, reach: Reach, open_: Iterable[Door], first: int, last: int) -> dict[str, Any]:
    """Every way in to the ports, hop by hop, what was taken for granted, and what an interface says of whose it is."""
    ways = dict.fromkeys(path for door in open_ for path in paths(reach.exposures, door, first, last))
    evidence: dict[str, Any] = {"paths": [list(path) for path in ways]}
    if reach.assumptions:
        evidence["assumptions"] = list(reach.assumptions)
    if resource.type == NETWORK_INTERFACE:
        evidence["description"] = resource.data.get("Description", "")
        evidence["requester"] = resource.data.get("RequesterId", "")
    return evidence
