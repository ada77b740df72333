"""Bedrock: the log of invocations."""

from __future__ import annotations

from tests.contract.collect.aws import client

# moto knows only the credentials of one user.
LACKS = {"iam.list_service_specific_credentials"}


def seed() -> None:
    client("s3").create_bucket(Bucket="model-log", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": "model-log"}}
    )
