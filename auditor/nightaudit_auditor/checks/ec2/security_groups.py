"""Security groups by themselves: doors that are open whether or not anybody stands behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nightaudit_auditor.aws import per_account
from nightaudit_auditor.aws.network import (
    ACCELERATOR_OPERATIONS,
    NETWORK_OPERATIONS,
    cidrs,
    interface,
    internet_ports,
    is_load_balancer,
    is_managed,
    network_of,
)
from nightaudit_auditor.aws.network.answers import PREFIX_LIST_ENTRIES
from nightaudit_auditor.checks.ec2.exposure import ADMIN_PORTS, Door, doors, group_doors, instance_reach, is_own, spoken
from nightaudit_auditor.checks.ec2.kinds import INSTANCES, INTERFACES, SECURITY_GROUP, instances, lone_interfaces
from nightaudit_auditor.checks.regional import Item
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_RULES = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_LARGE = range(1, 17)


@check(
    "EC2_SG_OPEN_ADMIN_PORT",
    kind=SECURITY_GROUP,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS, INSTANCES, INTERFACES),
    title="Security group opens an administration port to the Internet",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="The next machine that gets this group, or a public address or route, is reachable at once.",
    remediation="Console: EC2 > Security Groups > the group > Inbound rules > Edit: remove the rule or name the networks that "
    "need it; delete the group if nothing uses it. CLI: aws ec2 revoke-security-group-ingress --group-id GROUP --protocol tcp "
    "--port PORT --cidr 0.0.0.0/0.",
    parameters=("expect.knownCIDRs",),
    compliance=(
        "CIS-AWS-3.0:5.2", "CIS-AWS-3.0:5.3", "CIS-AWS-4.0:5.3", "CIS-AWS-4.0:5.4", "CIS-AWS-5.0:5.3", "CIS-AWS-5.0:5.4",
        "CIS-AWS-6.0:6.3", "CIS-AWS-6.0:6.4", "CIS-AWS-7.0:6.3", "CIS-AWS-7.0:6.4",
    ),
    references=(_RULES,),
)  # fmt: skip
def open_admin_port(resource: Resource, context: Context) -> Iterator[Result]:
    """The group lets the Internet in on an administration port, and neither a running instance nor another interface is reachable by it.

    Where one is, EC2_PUBLIC_ADMIN_PORT or EC2_PUBLIC_ALL_PORTS says so. Low while the group is attached to nothing.
    """
    answers = network_of(context.data, resource.region).answers
    unsure = False
    for door in group_doors(answers, resource.data, context.settings.known_cidrs):
        for port, service in ADMIN_PORTS.items():
            if not spoken(port, door.protocol):
                continue
            unsure = unsure or port in door.doubtful
            if port in door.open:
                yield from _open(resource, context, door, port, service)
    if unsure:
        yield Unknown("a prefix list in the group's rules was not read", PREFIX_LIST_ENTRIES)


def _open(resource: Resource, context: Context, door: Door, port: int, service: str) -> Iterator[Result]:
    users = _interfaces_with(resource, context)
    if users and _is_reported(resource, context, door, port):
        return
    services = [item for item in users if is_managed(item) and not is_load_balancer(item)]
    reachable = [item["NetworkInterfaceId"] for item in services if _is_reachable(item, resource, context, door, port)]
    use = f"attached to {len(users)} interfaces" if users else "attached to nothing"
    use += f", of which the Internet reaches {', '.join(reachable)} (a service's)" if reachable else ""
    yield Fail(
        f"{door.protocol.upper()} port {port} ({service}) is open to the Internet ({door.family}); {use}",
        door.discriminator(str(port)),
        {"interfaces": sorted(item["NetworkInterfaceId"] for item in users), "reachable": sorted(reachable)},
        None if users else Severity.LOW,
    )


def _is_reachable(item: Item, resource: Resource, context: Context, door: Door, port: int) -> bool:
    reach = network_of(context.data, resource.region).reach(interface(item))
    known = cidrs.addresses(door.family, context.settings.known_cidrs)
    return port in internet_ports(reach.exposures, door.family, door.protocol, known)


def _interfaces_with(resource: Resource, context: Context) -> list[Item]:
    if context.data.answer(INTERFACES, resource.region) is None:
        return []
    return _interfaces_by_group(context.data).get(resource.data["GroupId"], [])


@per_account
def _interfaces_by_group(data: AccountData) -> Mapping[str, list[Item]]:
    """Security group → the interfaces that have it, in the regions that were read."""
    found: dict[str, list[Item]] = {}
    for record in data.records(INTERFACES):
        for item in (record.answer or {}).get("NetworkInterfaces", []):
            for group in _groups(item):
                found.setdefault(group, []).append(item)
    return found


@per_account
def _instances_by_group(data: AccountData) -> Mapping[str, list[Item]]:
    """Security group → the instances that have it, with those of their interfaces that do."""
    found: dict[str, list[Item]] = {}
    for record in data.records(INSTANCES):
        for instance in instances(record.answer or {}):
            own = instance.get("NetworkInterfaces", [])
            for group in dict.fromkeys(group for item in own for group in _groups(item)):
                with_group = [item for item in own if group in _groups(item)]
                found.setdefault(group, []).append({**instance, "NetworkInterfaces": with_group})
    return found


def _groups(item: Item) -> dict[str, None]:
    return dict.fromkeys(group["GroupId"] for group in item.get("Groups") or [])


def _is_reported(resource: Resource, context: Context, door: Door, port: int) -> bool:
    """Whether an instance with this group, or an interface that is no instance's, is reachable on the port: then it is that one's
    finding."""
    known = context.data.answer(INSTANCES, resource.region) is not None
    for instance in _instances_by_group(context.data).get(resource.data["GroupId"], []) if known else ():
        reach = instance_reach(context.data, resource.region, instance)
        for found in doors(reach, context.settings.known_cidrs):
            if (found.family, found.protocol) == (door.family, door.protocol) and port in found.open:
                return True
    lone = lone_interfaces({"NetworkInterfaces": _interfaces_with(resource, context)})
    own = (item for item in lone if is_own(context.data, item))
    return any(_is_reachable(item, resource, context, door, port) for item in own)


@check(
    "EC2_SG_CIDR_LARGE",
    kind=SECURITY_GROUP,
    title="Security group lets in a very large network",
    severity=Severity.INFO,
    tier=Tier.C,
    risk="A source of this size is rarely one organization: it is often a slip in the prefix length, or half of a pair that "
    "spells the whole Internet.",
    remediation="Console: EC2 > Security Groups > the group > Inbound rules > Edit: narrow the source to the networks meant, or "
    "list them in the schedule's expect.knownCIDRs. CLI: aws ec2 modify-security-group-rules --group-id GROUP "
    "--security-group-rules SecurityGroupRuleId=RULE,SecurityGroupRule={...}.",
    parameters=("expect.knownCIDRs",),
    aliases=("SG_LARGE_CIDR",),
    references=(_RULES,),
)
def large_cidr(resource: Resource, context: Context) -> Iterator[Result]:
    """An ingress rule names a public network with a prefix of /1 to /16 that the schedule does not know."""
    found: dict[str, list[str]] = {}
    for permission in resource.data.get("IpPermissions", []):
        listed = [source["CidrIp"] for source in permission.get("IpRanges") or []]
        listed += [source["CidrIpv6"] for source in permission.get("Ipv6Ranges") or []]
        for cidr in listed:
            family, sources = cidrs.parse(cidr)
            unknown = (sources & cidrs.PUBLIC[family]) - cidrs.addresses(family, context.settings.known_cidrs)
            if cidrs.prefix_length(cidr) in _LARGE and unknown:
                found.setdefault(cidr, []).append(_ports(permission))
    for cidr, ports in sorted(found.items()):
        yield Fail(f"{cidr} is let in ({'; '.join(ports)})", cidr, {"cidr": cidr, "ports": ports})


def _ports(permission: Mapping[str, Any]) -> str:
    if permission["IpProtocol"] == "-1":
        return "all traffic"
    first, last = permission.get("FromPort"), permission.get("ToPort")
    return f"{permission['IpProtocol']} {first if first == last else f'{first}-{last}'}"


@check(
    "EC2_SG_DEFAULT_IN_USE",
    kind=SECURITY_GROUP,
    needs=(INTERFACES,),
    title="A VPC's default security group has rules and is in use",
    severity=Severity.LOW,
    tier=Tier.C,
    risk="Everything that is created without a group gets this one: its rules apply to machines that nobody meant them for.",
    remediation="Console: EC2 > Network interfaces: give those in the evidence groups of their own, then remove all rules of the "
    "default group. CLI: aws ec2 modify-network-interface-attribute --network-interface-id ENI --groups GROUP; aws ec2 "
    "revoke-security-group-ingress and revoke-security-group-egress --group-id DEFAULT-GROUP --security-group-rule-ids RULE.",
    compliance=("CIS-AWS-3.0:5.4", "CIS-AWS-4.0:5.5", "CIS-AWS-5.0:5.5", "CIS-AWS-6.0:6.5", "CIS-AWS-7.0:6.5"),
    references=("https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",),
)
def default_in_use(resource: Resource, context: Context) -> Iterator[Result]:
    """The default security group allows some traffic, and at least one interface has it."""
    rules = [*resource.data.get("IpPermissions", []), *resource.data.get("IpPermissionsEgress", [])]
    if resource.data.get("GroupName") != "default" or not rules:
        return
    users = _interfaces_with(resource, context)
    if users:
        ids = sorted(item["NetworkInterfaceId"] for item in users)
        yield Fail(
            f"{len(users)} interfaces have the default group of {resource.data['VpcId']}", "", {"interfaces": ids}
        )
