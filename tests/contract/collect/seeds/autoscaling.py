"""Auto Scaling: a group with a policy."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    groups = client("autoscaling")
    image = client("ec2").describe_images(Owners=["self"])["Images"][0]["ImageId"]
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    groups.create_launch_configuration(LaunchConfigurationName="web", ImageId=image, InstanceType="t3.micro")
    groups.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="web", MinSize=0, MaxSize=1, VPCZoneIdentifier=subnet
    )
    groups.put_scaling_policy(
        AutoScalingGroupName="web", PolicyName="up", AdjustmentType="ChangeInCapacity", ScalingAdjustment=1
    )
