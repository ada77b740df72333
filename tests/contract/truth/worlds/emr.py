"""EMR: what keeps clusters from being opened to the Internet. moto's block cannot be off: it can only permit ports."""

from __future__ import annotations

from typing import Any

from demo.aws.facts import HOME_REGION
from tests.contract.truth.place import Place

CHECK = "EMR_BPA_OFF"


def plant(at: Place) -> None:
    """YARN's port beside SSH; in the other account SSH alone, which is AWS's default. To moto all regions of EMR are one."""
    ssh, yarn = {"MinRange": 22, "MaxRange": 22}, {"MinRange": 8088, "MaxRange": 8088}
    at.finds(CHECK, _account(at, ssh, yarn), region=HOME_REGION, discriminator="8088-8088")
    at.passes(CHECK, _account(at, ssh, twin=True), region=HOME_REGION, twin_account=True)


def _account(at: Place, *permitted: dict[str, Any], twin: bool = False) -> str:
    """An account with a cluster that runs; its ARN."""
    clusters = at.client("emr", twin=twin)
    block = {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": list(permitted)}
    clusters.put_block_public_access_configuration(BlockPublicAccessConfiguration=block)
    clusters.run_job_flow(
        Name="nightly", ReleaseLabel="emr-7.0.0", JobFlowRole="EMR_EC2_DefaultRole", ServiceRole="EMR_DefaultRole",
        Instances={"MasterInstanceType": "m5.large", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
    )  # fmt: skip
    return f"arn:aws:iam::{(at.twins if twin else at.problems).id}:root"
