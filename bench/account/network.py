"""VPCs, security groups and instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.account.builder import ACCOUNT, Builder
from demo.aws.seeding.cloud import tags
from demo.aws.seeding.network import Region

_IMAGE = "ami-0demo0000000000a"
_ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class _Place:
    ec2: Any
    vpc: str
    subnets: tuple[str, ...]
    groups: list[str]


def fill(builder: Builder) -> None:
    """A VPC with a public and a private subnet in each region, and in it groups and instances."""
    places = {region: _place(builder, region) for region in builder.size.where}
    for number, region in builder.spread(builder.size.security_groups):
        _group(builder, places[region], f"group-{number:03d}")
    for number, region in builder.spread(builder.size.instances):
        _instance(builder, places[region], f"instance-{number:03d}")


def _place(builder: Builder, name: str) -> _Place:
    region = Region(builder.cloud, ACCOUNT, name)
    vpc = region.vpc("shop", "10.20.0.0/16", {"public": "10.20.0.0/20", "private": "10.20.16.0/20"})
    return _Place(region.ec2, vpc.id, tuple(vpc.subnets.values()), [])


def _group(builder: Builder, place: _Place, name: str) -> None:
    made = place.ec2.create_security_group(GroupName=name, Description="bench", VpcId=place.vpc)["GroupId"]
    port = builder.dice.choice((22, 443, 3306, 3389, 5432, 8080))
    source = _ANYWHERE if builder.bad() else "10.20.0.0/16"
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": source}]}
    place.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[rule])
    place.groups.append(made)


def _instance(builder: Builder, place: _Place, name: str) -> None:
    public = builder.bad()
    place.ec2.run_instances(
        ImageId=_IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro",
        NetworkInterfaces=[{
            "DeviceIndex": 0, "SubnetId": place.subnets[0 if public else 1], "AssociatePublicIpAddress": public,
            "Groups": [builder.dice.choice(place.groups)],
        }],
        MetadataOptions={"HttpTokens": "optional" if builder.bad() else "required"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags(Name=name, team="shop")}],
    )  # fmt: skip
