"""CloudTrail: a trail that logs."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client

AFTER = ("s3",)


def seed() -> None:
    trail = client("cloudtrail")
    trail.create_trail(Name="trail", S3BucketName=f"logs-{ACCOUNT}", IsMultiRegionTrail=True)
    trail.start_logging(Name="trail")
    trail.put_event_selectors(
        TrailName="trail", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}]
    )
