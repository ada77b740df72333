"""A small region of describe answers: one VPC with one subnet that the Internet reaches, to be bent by each test."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.aws.network import Interface, RegionAnswers


def acl_entry(
    number: int, action: str, cidr: str, *, egress: bool, protocol: str = "-1", ports: tuple[int, int] | None = None
) -> dict[str, Any]:
    entry: dict[str, Any] = {"RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": protocol}
    entry["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    if ports:
        entry["PortRange"] = {"From": ports[0], "To": ports[1]}
    return entry


def open_acl(subnet: str = "subnet-1") -> dict[str, Any]:
    entries = [
        acl_entry(100, "allow", cidr, egress=egress) for cidr in ("0.0.0.0/0", "::/0") for egress in (False, True)
    ]
    return {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "Associations": [{"SubnetId": subnet}], "Entries": entries}


def permission(protocol: str = "tcp", first: int = 22, last: int = 22, *cidrs: str, **sources: Any) -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": protocol, **sources}
    if protocol != "-1":
        rule |= {"FromPort": first, "ToPort": last}
    rule["IpRanges"] = [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    rule["Ipv6Ranges"] = [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    return rule


def group(*permissions: dict[str, Any], name: str = "sg-1") -> dict[str, Any]:
    return {"GroupId": name, "VpcId": "vpc-1", "IpPermissions": list(permissions)}


def route_table(
    *routes: dict[str, Any], main: bool = False, subnet: str = "subnet-1", name: str = "rtb-1"
) -> dict[str, Any]:
    association = {"Main": True} if main else {"Main": False, "SubnetId": subnet}
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    return {"RouteTableId": name, "VpcId": "vpc-1", "Associations": [association], "Routes": [local, *routes]}


def route(destination: str, state: str = "active", **target: str) -> dict[str, Any]:
    key = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
    key = "DestinationPrefixListId" if destination.startswith("pl-") else key
    return {key: destination, "State": state, **(target or {"GatewayId": "igw-1"})}


GATEWAY = {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}


HOST = Interface(
    "eni-1", "vpc-1", "subnet-1", ("sg-1",), ("52.1.2.3",), ("2a05:d014::1",), ("10.0.0.5", "2a05:d014::1")
)


def region(**changes: Any) -> RegionAnswers:
    """SSH open to the Internet on IPv4 and IPv6, everything else as AWS makes it, with `changes` on top."""
    answers: dict[str, Any] = {
        "route_tables": [route_table(route("0.0.0.0/0"), route("::/0"))],
        "network_acls": [open_acl()],
        "security_groups": [group(permission("tcp", 22, 22, "0.0.0.0/0", "::/0"))],
        "internet_gateways": [GATEWAY],
        "public_access": {"InternetGatewayBlockMode": "off"},
        "public_access_exclusions": [],
    }
    return RegionAnswers(**(answers | changes))
