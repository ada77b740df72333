"""ELBv2: an application load balancer with a listener, and target groups with targets."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    elbv2, ec2 = client("elbv2"), client("ec2")
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    listed = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    balancer = elbv2.create_load_balancer(
        Name="web", Subnets=[subnet["SubnetId"] for subnet in listed[:2]], Tags=[{"Key": "team", "Value": "web"}]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    for name, protocol, port in (("web", "HTTP", 8080), ("db", "TCP", 5432)):
        group = elbv2.create_target_group(Name=name, Protocol=protocol, Port=port, VpcId=vpc)["TargetGroups"][0]
        elbv2.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": instance, "Port": port}])
        if protocol == "HTTP":
            elbv2.create_listener(
                LoadBalancerArn=balancer, Protocol="HTTP", Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
            )  # fmt: skip
