"""Network interfaces: which addresses of one the Internet could name, and which kinds never accept a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.aws.network import cidrs
from nightaudit_auditor.aws.network.cidrs import Family

# EC2 says `nat_gateway` in answers where its model says `natGateway`. AWS runs what stands behind all of these, and none of
# them passes on a connection that the Internet opened.
NEVER_ACCEPT: Final = frozenset(
    {"natGateway", "nat_gateway", "vpc_endpoint", "gateway_load_balancer_endpoint", "transit_gateway", "lambda"}
)

# What AWS runs on interfaces of a type of its own besides those: it takes calls inside the VPC, or opens connections itself.
_RUN_BY_AWS: Final = frozenset(
    {
        "api_gateway_managed", "aws_codestar_connections_managed", "global_accelerator_managed", "iot_rules_managed",
        "quicksight",
    }
)  # fmt: skip

# Interfaces of the plain type say by their requester (`amazon-rds`) or by their description whose they are.
_MANAGED: Final = (
    "AWS created network interface for ", "DMSNetworkInterface", "DO NOT DELETE - Amazon MSK", "EFS mount target", "ElastiCache",
    "RDSNetworkInterface", "RedshiftNetworkInterface",
)  # fmt: skip

_LOAD_BALANCERS: Final = frozenset({"load_balancer", "network_load_balancer", "gateway_load_balancer"})


def is_load_balancer(answer: Mapping[str, Any]) -> bool:
    """Whether the interface is a load balancer's: its listeners decide which ports are open, so hosts are judged without it.

    Application and classic load balancers have interfaces of type `interface`; their description begins with `ELB`.
    """
    return answer.get("InterfaceType") in _LOAD_BALANCERS or str(answer.get("Description", "")).startswith("ELB ")


def is_managed(answer: Mapping[str, Any]) -> bool:
    """Whether AWS runs what stands behind the interface, so that only the port of that service answers, whatever the security
    group opens: a database, a cache, a broker, a load balancer, an endpoint."""
    kind, description = answer.get("InterfaceType"), str(answer.get("Description", ""))
    return (
        is_load_balancer(answer)
        or kind in NEVER_ACCEPT
        or kind in _RUN_BY_AWS
        or str(answer.get("RequesterId", "")).startswith("amazon-")
        or description.startswith(_MANAGED)
    )


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface as far as reachability goes.

    `public_ipv4` and `ipv6` are what the Internet calls it by: addresses, or the name that stands for them.
    `vpc_addresses` are those by which the VPC's own routers know it, of both families; empty if they are not known.
    `unfiltered`: no security group stands before it, which only a network load balancer can choose (Elastic Load Balancing
    User Guide for Network Load Balancers, "Update the security groups").
    """

    id: str
    vpc: str
    subnet: str
    groups: tuple[str, ...]
    public_ipv4: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()
    vpc_addresses: tuple[str, ...] = ()
    type: str = "interface"
    unfiltered: bool = False

    def addresses(self, family: Family) -> tuple[str, ...]:
        return self.public_ipv4 if family == "ipv4" else self.ipv6


def interface(answer: Mapping[str, Any]) -> Interface:
    """An item of ec2.describe_network_interfaces, or of an instance's `NetworkInterfaces`.

    An IPv4 address is public by its Association (Elastic or assigned at launch; a carrier address is not one), an IPv6
    address by being global unicast; of a delegated IPv6 prefix the network stands for its addresses.
    """
    private = answer.get("PrivateIpAddresses") or []
    associations = [answer.get("Association"), *(address.get("Association") for address in private)]
    public = [found["PublicIp"] for found in associations if found and found.get("PublicIp")]
    own = [answer.get("PrivateIpAddress"), *(address.get("PrivateIpAddress") for address in private)]
    ipv6 = [address["Ipv6Address"] for address in answer.get("Ipv6Addresses") or []]
    prefixes = [prefix["Ipv6Prefix"] for prefix in answer.get("Ipv6Prefixes") or []]
    networks = [(prefix, prefix.partition("/")[0]) for prefix in dict.fromkeys(prefixes)]
    groups = tuple(sorted(group["GroupId"] for group in answer.get("Groups") or []))
    return Interface(
        id=answer["NetworkInterfaceId"],
        vpc=answer.get("VpcId", ""),
        subnet=answer.get("SubnetId", ""),
        groups=groups,
        public_ipv4=tuple(dict.fromkeys(public)),
        ipv6=(
            *(address for address in dict.fromkeys(ipv6) if cidrs.is_public(address)),
            *(prefix for prefix, first in networks if cidrs.is_public(first)),
        ),
        vpc_addresses=tuple(
            dict.fromkeys(address for address in (*own, *ipv6, *(first for _, first in networks)) if address)
        ),
        type=answer.get("InterfaceType", "interface"),
        unfiltered=not groups and answer.get("InterfaceType") == "network_load_balancer",
    )
