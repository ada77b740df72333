"""EMR: a cluster, and the region's block of public access."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    clusters = client("emr")
    clusters.run_job_flow(
        Name="nightly", ReleaseLabel="emr-7.0.0", JobFlowRole="EMR_EC2_DefaultRole", ServiceRole="EMR_DefaultRole",
        Instances={"MasterInstanceType": "m5.large", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
    )  # fmt: skip
    clusters.put_block_public_access_configuration(
        BlockPublicAccessConfiguration={
            "BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
        }
    )  # fmt: skip
