"""ELB: a classic load balancer."""

from __future__ import annotations

from tests.contract.collect.aws import REGION, client


def seed() -> None:
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 8080}
    elb = client("elb")
    elb.create_load_balancer(
        LoadBalancerName="old", Listeners=[listener], AvailabilityZones=[f"{REGION}a"], Tags=[{"Key": "team", "Value": "web"}]
    )  # fmt: skip
    elb.create_load_balancer_policy(
        LoadBalancerName="old", PolicyName="tls", PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[{"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"}],
    )  # fmt: skip
