"""Firehose: a stream that posts to an address."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client

AFTER = ("s3",)


def seed() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/role"
    client("firehose").create_delivery_stream(
        DeliveryStreamName="to-vendor",
        HttpEndpointDestinationConfiguration={
            "EndpointConfiguration": {"Url": "https://example.com/ingest", "Name": "vendor"},
            "S3Configuration": {"RoleARN": role, "BucketARN": f"arn:aws:s3:::logs-{ACCOUNT}"},
            "RequestConfiguration": {"CommonAttributes": [{"AttributeName": "a", "AttributeValue": "b"}]},
        },
    )
