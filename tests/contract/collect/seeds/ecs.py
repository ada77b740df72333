"""ECS: a service, and a task beside it, of one task definition."""

from __future__ import annotations

from tests.contract.collect.aws import client

AFTER = ("ec2",)


def seed() -> None:
    containers = client("ecs")
    containers.create_cluster(clusterName="shop")
    containers.register_task_definition(
        family="web", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
        containerDefinitions=[{
            "name": "web", "image": "web:1", "cpu": 256, "memory": 512, "environment": [{"name": "STAGE", "value": "prod"}],
        }],
    )  # fmt: skip
    containers.create_service(cluster="shop", serviceName="web", taskDefinition="web", desiredCount=1)
    network = client("ec2")
    subnet = network.describe_subnets()["Subnets"][0]["SubnetId"]
    group = network.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    containers.run_task(
        cluster="shop", taskDefinition="web", launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}},
    )  # fmt: skip
