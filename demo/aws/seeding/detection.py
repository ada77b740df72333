"""Trails, detectors and recorders: production's trail was stopped, one of its regions is not watched, none is recorded."""

from __future__ import annotations

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud

UNWATCHED_REGION = "us-east-1"


def trail(cloud: Cloud, account: Account, name: str, bucket: str) -> None:
    """A multi-region trail that logs."""
    client = cloud.client(account, "cloudtrail")
    client.create_trail(
        Name=name, S3BucketName=bucket, IsMultiRegionTrail=True, EnableLogFileValidation=True,
        IncludeGlobalServiceEvents=True,
    )  # fmt: skip
    client.put_event_selectors(
        TrailName=name, EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
    )
    client.start_logging(Name=name)


def detectors(cloud: Cloud, account: Account, *regions: str) -> None:
    """GuardDuty in these regions."""
    for region in regions:
        cloud.client(account, "guardduty", region).create_detector(Enable=True)


def recorder(cloud: Cloud, account: Account, bucket: str) -> None:
    """AWS Config at home, which records."""
    config = cloud.client(account, "config")
    role = f"arn:aws:iam::{account.id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def create(cloud: Cloud) -> None:
    """Production's stopped trail, blind region and missing recorder; staging as it should be, at home."""
    trail(cloud, facts.PRODUCTION, "main", "acme-cloudtrail")
    cloud.client(facts.PRODUCTION, "cloudtrail").stop_logging(Name="main")
    trail(cloud, facts.STAGING, "main", "acme-staging-trail")
    detectors(cloud, facts.PRODUCTION, *(one for one in facts.REGIONS if one != UNWATCHED_REGION))
    detectors(cloud, facts.STAGING, *facts.REGIONS)
    recorder(cloud, facts.STAGING, "acme-staging-trail")
