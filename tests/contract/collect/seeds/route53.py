"""Route 53: a public zone, and a private one in a VPC."""

from __future__ import annotations

from tests.contract.collect.aws import REGION, client

AFTER = ("ec2",)


def seed() -> None:
    client("route53").create_hosted_zone(Name="example.com.", CallerReference="1")
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    client("route53").create_hosted_zone(
        Name="internal.",
        CallerReference="2",
        VPC={"VPCRegion": REGION, "VPCId": vpc},
        HostedZoneConfig={"PrivateZone": True},
    )
