"""What stands behind a listener, and whether what enters there gets through to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nightaudit_auditor.aws.network import (
    Exposure,
    Interface,
    Intervals,
    Listener,
    Network,
    Reach,
    interface,
    target_reach,
    united,
)
from nightaudit_auditor.aws.network.cidrs import FAMILIES, Family
from nightaudit_auditor.checks.elb.kinds import is_classic
from nightaudit_auditor.checks.registry import Context, Resource, Unknown
from nightaudit_auditor.snapshot import Gone, Unreadable

GROUPS: Final = "elbv2.describe_target_groups"
HEALTH: Final = "elbv2.describe_target_health"
ATTRIBUTES: Final = "elbv2.describe_target_group_attributes"
INTERFACES: Final = "ec2.describe_network_interfaces"
TARGET_OPERATIONS: Final = (GROUPS, HEALTH, ATTRIBUTES, INTERFACES)

_ANSWERING: Final = frozenset({"healthy", "initial", "draining", "unhealthy.draining", "unavailable"})


@dataclass(frozen=True)
class Target:
    """A registered target. `group` is its target group; empty for a classic load balancer's instance."""

    name: str
    port: int
    answering: bool
    group: Mapping[str, Any]


def attached(resource: Resource, listener: Mapping[str, Any], context: Context) -> Iterator[Target]:
    """The targets that a listener may lead to. Raises Unreadable and Gone.

    Of a network load balancer those of its default action, which is all that it has; of an application load balancer those
    of every target group that any of its rules leads to.
    """
    if is_classic(resource):
        for instance in resource.data.get("Instances", []):
            yield Target(instance["InstanceId"], int(listener["InstancePort"]), answering=True, group={})
        return
    named = _forwarded(listener)
    for group in (context.data.answer(GROUPS, resource.region) or {}).get("TargetGroups", []):
        mine = resource.arn in group.get("LoadBalancerArns", [])
        if group["TargetGroupArn"] in named or (mine and resource.data.get("Type") == "application"):
            yield from _registered(group, context, resource.region)


def _forwarded(listener: Mapping[str, Any]) -> frozenset[str]:
    found = set()
    for action in listener.get("DefaultActions", []):
        tuples = (action.get("ForwardConfig") or {}).get("TargetGroups", [])
        found |= {action.get("TargetGroupArn"), *(item.get("TargetGroupArn") for item in tuples)}
    return frozenset(arn for arn in found if arn)


def _registered(group: Mapping[str, Any], context: Context, region: str) -> Iterator[Target]:
    if group.get("TargetType") == "lambda":
        return
    answer = context.data.answer(HEALTH, region, {"TargetGroupArn": group["TargetGroupArn"]}) or {}
    for described in answer.get("TargetHealthDescriptions", []):
        target = described["Target"]
        port = int(target.get("Port") or group["Port"])
        state = (described.get("TargetHealth") or {}).get("State", "")
        yield Target(str(target["Id"]), port, state in _ANSWERING, group)


def behind(
    network: Network, reach: Reach, entered: Listener, target: Target, context: Context, region: str
) -> tuple[Reach, Unknown | None]:
    """What of the load balancer's `reach` gets to the target's port, and why that may not be known.

    A target that does not see the clients' addresses hears from the load balancer alone; it lets that in if it answers it.
    """
    if not target.answering:
        return Reach(), None
    try:
        sees = _sees_clients(target, context, region)
        found = _interface(target, context, region) if sees else None
    except Unreadable as problem:
        return Reach(), Unknown(f"whether {target.name} lets clients in is not known: {problem}", problem.operation)
    except Gone:
        return Reach(), None
    relayed = Reach(
        _moved(reach.exposures, entered, target, sees), _moved(reach.possible, entered, target, sees), reach.unread
    )
    if not sees:
        return relayed, None
    if found is None:
        return relayed, Unknown(f"whose interface the target {target.name} is could not be found", INTERFACES)
    return united([relayed, target_reach(network, reach, entered, found, target.port, sees)]), None


def _moved(
    exposures: tuple[Exposure, ...], entered: Listener, target: Target, sees: frozenset[Family]
) -> tuple[Exposure, ...]:
    """What enters by the listener, as it arrives at the target from the load balancer's own addresses."""
    port = Intervals(((target.port, target.port),))
    return tuple(
        replace(one, ports=port, path=(*one.path, f"{target.name} port {target.port}"))
        for one in exposures
        if entered.port in one.ports and one.family not in sees
    )


def _sees_clients(target: Target, context: Context, region: str) -> frozenset[Family]:
    """The families in which the target sees who connects. Raises Unreadable and Gone."""
    group = target.group
    if not group or group.get("Protocol") in ("HTTP", "HTTPS") or group.get("TargetType") == "alb":
        return frozenset()
    answer = context.data.answer(ATTRIBUTES, region, {"TargetGroupArn": group["TargetGroupArn"]}) or {}
    attributes = {item["Key"]: item.get("Value") for item in answer.get("Attributes", [])}
    by_address = group.get("TargetType") == "ip" and group.get("Protocol") in ("TCP", "TLS")
    default = "false" if by_address else "true"
    if attributes.get("preserve_client_ip.enabled", default) != "true":
        return frozenset()
    own = group.get("IpAddressType", "ipv4")
    return frozenset(family for family in FAMILIES if family == own)


def _interface(target: Target, context: Context, region: str) -> Interface | None:
    """The primary interface of an instance, or the one that has the target's address. Raises Unreadable."""
    for item in (context.data.answer(INTERFACES, region) or {}).get("NetworkInterfaces", []):
        attachment = item.get("Attachment") or {}
        if attachment.get("InstanceId") == target.name and attachment.get("DeviceIndex", 0) == 0:
            return interface(item)
        if target.name in interface(item).vpc_addresses:
            return interface(item)
    return None
