"""EKS: a cluster."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client

AFTER = ("ec2",)
LACKS = {"eks.describe_cluster_versions", "eks.list_access_entries", "eks.list_associated_access_policies"}


def seed() -> None:
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]]
    client("eks").create_cluster(
        name="shop",
        version="1.33",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks",
        resourcesVpcConfig={"subnetIds": subnets[:2]},
    )
