"""MSK: a cluster."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    subnets = [subnet["SubnetId"] for subnet in client("ec2").describe_subnets()["Subnets"]]
    client("kafka").create_cluster_v2(
        ClusterName="events",
        Provisioned={
            "KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2,
            "BrokerNodeGroupInfo": {"ClientSubnets": subnets[:2], "InstanceType": "kafka.t3.small"},
        },
    )  # fmt: skip
