"""EC2: who reaches an instance's SSH, by the ways that the demo does not take: IPv6, prefix lists, further interfaces."""

from __future__ import annotations

from typing import Any

from demo.aws.seeding.network import ANYWHERE, IMAGE, OFFICE, Region, Vpc
from tests.contract.truth.place import Place
from tests.contract.truth.worlds.ec2 import arn

CHECK = "EC2_PUBLIC_ADMIN_PORT"
SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
EVERYBODY_V6 = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def plant(at: Place) -> None:
    """Public and private subnets of a VPC with IPv6, and a VPC from which the gateway was taken."""
    here = Region(at.cloud, at.problems)
    vpc = _vpc(here)
    _sources(at, here, vpc)
    _families(at, here, vpc)
    _interfaces(at, here, vpc)
    _states(at, here, vpc)


def _vpc(here: Region) -> Vpc:
    made = here.vpc("reach", "10.70.0.0/16", {"public-a": "10.70.1.0/24", "private-a": "10.70.2.0/24"})
    here.ec2.associate_vpc_cidr_block(VpcId=made.id, AmazonProvidedIpv6CidrBlock=True)
    block = here.ec2.describe_vpcs(VpcIds=[made.id])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    prefix = block.removesuffix("::/56")[:-2]
    filters = [{"Name": "attachment.vpc-id", "Values": [made.id]}]
    gateway = here.ec2.describe_internet_gateways(Filters=filters)["InternetGateways"][0]["InternetGatewayId"]
    for number, name in enumerate(("v6", "v6-unrouted")):
        subnet = here.ec2.create_subnet(
            VpcId=made.id, CidrBlock=f"10.70.{3 + number}.0/24", Ipv6CidrBlock=f"{prefix}{number:02x}::/64"
        )["Subnet"]["SubnetId"]
        table = here.ec2.create_route_table(VpcId=made.id)["RouteTable"]["RouteTableId"]
        here.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        if name == "v6":
            here.ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
        made.subnets[name] = subnet
    _let_v6_in(here, made)
    return made


def _let_v6_in(here: Region, vpc: Vpc) -> None:
    """AWS adds these entries to the default network ACL of a VPC that gets IPv6, moto does not."""
    filters = [{"Name": "vpc-id", "Values": [vpc.id]}, {"Name": "default", "Values": ["true"]}]
    acl = here.ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    for egress in (True, False):
        here.ec2.create_network_acl_entry(
            NetworkAclId=acl, RuleNumber=101, Protocol="-1", RuleAction="allow", Egress=egress, Ipv6CidrBlock="::/0"
        )


def _group(here: Region, vpc: Vpc, name: str, *permissions: dict[str, Any]) -> str:
    group = here.group(vpc, f"reach-{name}")
    here.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions))
    return group


def _sources(at: Place, here: Region, vpc: Vpc) -> None:
    """By a prefix list, by groups that are the world together, by a range of ports; a small part of the world is none."""
    public = vpc.subnets["public-a"]

    def prefix_list(name: str, *cidrs: str) -> dict[str, Any]:
        made = here.ec2.create_managed_prefix_list(
            PrefixListName=name, MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": cidr} for cidr in cidrs]
        )
        return {**SSH, "PrefixListIds": [{"PrefixListId": made["PrefixList"]["PrefixListId"]}]}

    def instance(name: str, *groups: str) -> str:
        return arn(at, "instance", here.instance(f"reach-{name}", public, *groups))

    world = _group(here, vpc, "list-world", prefix_list("world", "10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"))
    office = _group(here, vpc, "list-office", prefix_list("office", *OFFICE))
    parts = [here.group(vpc, f"reach-{part}", (22, 22, [f"{part}.0.0.0/4"])) for part in (16, 32, 48, 64, 80)]
    wide = here.group(vpc, "reach-range", (20, 25, ANYWHERE))
    friends = _group(here, vpc, "friends", {**SSH, "UserIdGroupPairs": [{"GroupId": world}]})
    datagrams = _group(here, vpc, "datagrams", {**SSH, "IpProtocol": "udp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
    at.finds(CHECK, instance("list", world), instance("parts", *parts), instance("range", wide))
    at.passes(CHECK, instance("office", office), instance("part", parts[0]), instance("friends", friends))
    at.passes(CHECK, instance("udp", datagrams))


def _families(at: Place, here: Region, vpc: Vpc) -> None:
    """An address of IPv6 is public as soon as a route leads there; what the group says of IPv4 does not matter to it."""
    both = _group(here, vpc, "both", {**SSH, **EVERYBODY_V6, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]})
    old = here.group(vpc, "reach-v4", (22, 22, ANYWHERE))

    def instance(subnet: str, group: str) -> str:
        interface = here.ec2.create_network_interface(SubnetId=vpc.subnets[subnet], Groups=[group], Ipv6AddressCount=1)[
            "NetworkInterface"
        ]["NetworkInterfaceId"]
        return _with(at, here, interface)

    at.finds(CHECK, instance("v6", both))
    at.passes(CHECK, instance("v6", old), instance("v6-unrouted", both))


def _with(at: Place, here: Region, interface: str) -> str:
    made = here.ec2.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": interface}]
    )
    return arn(at, "instance", made["Instances"][0]["InstanceId"])


def _interfaces(at: Place, here: Region, vpc: Vpc) -> None:
    """An Elastic IP on the second interface, whose group is the open one, or on the first, whose group is not."""
    open_, closed = here.group(vpc, "reach-open", (22, 22, ANYWHERE)), here.group(vpc, "reach-closed")
    public = vpc.subnets["public-a"]
    for first, second, address_on, expect in (
        (closed, open_, 1, at.finds), (closed, open_, 0, at.passes), (open_, closed, 0, at.finds),
    ):  # fmt: skip
        id_ = here.instance("reach-two", public, first, public=False)
        more = here.ec2.create_network_interface(SubnetId=public, Groups=[second])["NetworkInterface"]
        here.ec2.attach_network_interface(NetworkInterfaceId=more["NetworkInterfaceId"], InstanceId=id_, DeviceIndex=1)
        own = here.ec2.describe_instances(InstanceIds=[id_])["Reservations"][0]["Instances"][0]["NetworkInterfaces"]
        one = next(item for item in own if item["Attachment"]["DeviceIndex"] == address_on)
        here.ec2.associate_address(
            NetworkInterfaceId=one["NetworkInterfaceId"], AllocationId=here.ec2.allocate_address(Domain="vpc")["AllocationId"]
        )  # fmt: skip
        expect(CHECK, arn(at, "instance", id_))


def _states(at: Place, here: Region, vpc: Vpc) -> None:
    """Nobody answers in a stopped instance, and nobody gets to a VPC whose gateway is gone."""
    stopped = here.instance("reach-stopped", vpc.subnets["public-a"], here.group(vpc, "reach-off", (22, 22, ANYWHERE)))
    here.ec2.stop_instances(InstanceIds=[stopped])
    cut = here.vpc("cut-off", "10.71.0.0/16", {"public-a": "10.71.1.0/24"})
    inside = here.instance("cut-off", cut.subnets["public-a"], here.group(cut, "cut-off", (22, 22, ANYWHERE)))
    filters = [{"Name": "attachment.vpc-id", "Values": [cut.id]}]
    gateway = here.ec2.describe_internet_gateways(Filters=filters)["InternetGateways"][0]["InternetGatewayId"]
    here.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=cut.id)
    at.passes(CHECK, arn(at, "instance", stopped), arn(at, "instance", inside))
