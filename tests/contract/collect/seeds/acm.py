"""ACM: a certificate that a load balancer uses."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("elbv2",)


def seed() -> None:
    arn = client("acm").request_certificate(DomainName="www.example.com", ValidationMethod="DNS")["CertificateArn"]
    elbv2 = client("elbv2")
    balancer = elbv2.describe_load_balancers(Names=["web"])["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.describe_target_groups(Names=["web"])["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": arn}],
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )  # fmt: skip
