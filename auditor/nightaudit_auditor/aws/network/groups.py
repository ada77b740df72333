"""Security groups: rules that only allow, whose answers pass by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nightaudit_auditor.aws.network import cidrs, ports
from nightaudit_auditor.aws.network.answers import PREFIX_LIST_ENTRIES, SECURITY_GROUPS, Answer, RegionAnswers
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.aws.network.interfaces import Interface
from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.aws.network.ports import Protocol


@dataclass(frozen=True, slots=True)
class Rule:
    """What one source of a rule lets in. A source that could not be resolved lets in nothing for sure and anybody possibly."""

    ports: Intervals
    sure: Intervals
    possible: Intervals
    label: str
    unread: str = ""


def ingress(group: Answer, answers: RegionAnswers, family: Family, protocol: Protocol) -> Iterator[Rule]:
    """The sources of the group's ingress rules that lie outside the VPC's own groups: CIDRs and prefix lists.

    A rule that names a security group lets interfaces in, by their private addresses: nobody on the Internet.
    """
    name = group["GroupId"]
    for permission in group.get("IpPermissions", []):
        spoken = str(permission["IpProtocol"])
        if not ports.matches(spoken, protocol):
            continue
        open_ports = ports.rule_ports(spoken, permission.get("FromPort"), permission.get("ToPort"))
        what = f"{name} allows {'all traffic' if spoken == '-1' else f'{protocol} {ports.text(open_ports)}'} from"
        for cidr in _cidrs(permission):
            rule_family, addresses = cidrs.parse(cidr)
            if rule_family == family:
                yield Rule(open_ports, addresses, addresses, f"{what} {cidr}")
        for listed in permission.get("PrefixListIds") or []:
            prefix_list = listed["PrefixListId"]
            if prefix_list in answers.prefix_lists:
                addresses = cidrs.addresses(family, answers.prefix_lists[prefix_list])
                if addresses:
                    yield Rule(open_ports, addresses, addresses, f"{what} {prefix_list}")
            else:
                anybody = cidrs.EVERYWHERE[family]
                yield Rule(open_ports, EMPTY, anybody, f"{what} {prefix_list} (unread)", PREFIX_LIST_ENTRIES)


def rules_of(interface: Interface, answers: RegionAnswers, family: Family, protocol: Protocol) -> tuple[Rule, ...]:
    """The ingress rules of an interface's groups. A group that was not read may allow anything; so may having none.

    (EC2 gives every interface a group; one without is a service's own, which decides by itself what it lets in.) A group may
    be of another VPC that it is associated with (VPC User Guide, "Associate security groups with multiple VPCs"): its id says
    which rules apply, not where it was made.
    """
    if interface.unfiltered:
        anybody = cidrs.EVERYWHERE[family]
        return (Rule(ports.ALL_PORTS, anybody, anybody, "none, as a network load balancer may be without"),)
    known = {group["GroupId"]: group for group in answers.security_groups or ()}
    rules: list[Rule] = []
    for name in interface.groups:
        if name in known:
            rules.extend(ingress(known[name], answers, family, protocol))
        else:
            rules.append(_anything(family, f"{name} (unread)"))
    return tuple(rules) if interface.groups else (_anything(family, "no security group"),)


def _anything(family: Family, label: str) -> Rule:
    return Rule(ports.ALL_PORTS, EMPTY, cidrs.EVERYWHERE[family], label, SECURITY_GROUPS)


def _cidrs(permission: Answer) -> list[str]:
    ipv4 = [source["CidrIp"] for source in permission.get("IpRanges") or []]
    return ipv4 + [source["CidrIpv6"] for source in permission.get("Ipv6Ranges") or []]
