"""Names of AWS services in policies (IAM User Guide, "AWS service principals"), and which services run their customers' code."""

from __future__ import annotations

import re
from functools import cache

_NAME = re.compile(r"(?P<service>[a-z0-9.-]+?)(?:\.[a-z]{2,4}(?:-[a-z]+)+-\d+)?\.amazonaws\.com(?:\.cn)?")


@cache
def service_name(principal: str) -> str:
    """The name that a service has in every region and partition: `ec2.amazonaws.com` also for `ec2.amazonaws.com.cn`,
    `states.amazonaws.com` also for `states.eu-central-1.amazonaws.com`. What is no service's name stays as it is."""
    found = _NAME.fullmatch(principal)
    return f"{found['service']}.amazonaws.com" if found else principal


MORE_COMPUTE = (
    "airflow-env.amazonaws.com", "airflow.amazonaws.com", "amplify.amazonaws.com", "codepipeline.amazonaws.com",
    "credentials.iot.amazonaws.com", "edgelambda.amazonaws.com", "elasticmapreduce.amazonaws.com",
    "emr-serverless.amazonaws.com", "gamelift.amazonaws.com", "greengrass.amazonaws.com", "kinesisanalytics.amazonaws.com",
    "omics.amazonaws.com", "pods.eks.amazonaws.com",
)  # fmt: skip
"""Beside those to which somebody passes a role to become an administrator: workflows, builds, clusters, devices, games."""
