"""EC2: a network with instances, volumes, snapshots."""

from __future__ import annotations

import base64
from typing import Any

from tests.contract.collect.aws import REGION, client

LACKS = {
    "ec2.describe_instance_image_metadata",
    "ec2.describe_vpc_block_public_access_exclusions",
    "ec2.describe_vpc_block_public_access_options",
    "ec2.describe_vpc_endpoint_connections",
}


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
    script = "#!/bin/sh\nTOKEN=not-a-token\n"
    instance = ec2.run_instances(
        UserData=script, ImageId=image, MinCount=2, MaxCount=2, SubnetId=subnet, SecurityGroupIds=[group], TagSpecifications=tags,
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
    ec2.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"UserData": base64.b64encode(script.encode()).decode()}
    )
    ec2.modify_image_attribute(
        ImageId=image, Attribute="launchPermission", OperationType="add", UserIds=["444444444444"]
    )
    _edges(ec2, vpc, subnet)


def _edges(ec2: Any, vpc: str, subnet: str) -> None:
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    client("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    ec2.create_flow_logs(
        ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3", LogDestination="arn:aws:s3:::flow-logs",
    )  # fmt: skip
    peering = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    balancer = client("elbv2").create_load_balancer(Name="service", Type="network", Subnets=[subnet])["LoadBalancers"][
        0
    ]
    service = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]])
    id_ = service["ServiceConfiguration"]["ServiceId"]
    ec2.modify_vpc_endpoint_service_permissions(ServiceId=id_, AddAllowedPrincipals=["arn:aws:iam::444444444444:root"])
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway")
    ec2.create_transit_gateway(Description="hub", Options={"AutoAcceptSharedAttachments": "enable"})
    customer = ec2.create_customer_gateway(Type="ipsec.1", BgpAsn=65000, PublicIp="198.51.100.7")["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.create_vpn_connection(Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=gateway)
