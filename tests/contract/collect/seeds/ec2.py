"""EC2: a network with instances, volumes, snapshots."""

from __future__ import annotations

from tests.contract.collect.aws import REGION, client

LACKS = {"ec2.describe_vpc_block_public_access_options", "ec2.describe_vpc_block_public_access_exclusions"}


def seed() -> None:
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    opened = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "<b>&amp;"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[opened])
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    image = ec2.register_image(Name="image", RootDeviceName="/dev/sda1")["ImageId"]
    instance = ec2.run_instances(
        ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnet, SecurityGroupIds=[group], TagSpecifications=tags,
    )["Instances"][0]["InstanceId"]  # fmt: skip
    ec2.associate_address(InstanceId=instance, AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, Encrypted=True)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=3, AddressFamily="IPv4", Entries=[{"Cidr": "203.0.113.0/24"}]
    )
