"""How buckets are listed."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.buckets import BUCKETS, LOCATION, bucket_arn, bucket_region
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Unreadable

TAGGING = "s3.get_bucket_tagging"


def _buckets(data: AccountData) -> Iterator[Resource | Unreadable]:
    """Every bucket of the account, in the regions that the schedule selects (all, if those could not be read)."""
    for entry in (data.answer(BUCKETS) or {}).get("Buckets", []):
        name = str(entry["Name"])
        try:
            region = bucket_region(data, entry)
        except Gone:
            continue
        except Unreadable:
            region = GLOBAL  # what is asked of it there was never read: the bucket is UNKNOWN, not lost
        if region == GLOBAL or not data.regions or region in data.regions:
            yield Resource(
                bucket_arn(data.account, name), "AWS::S3::Bucket", name, region, _tags(data, region, name), dict(entry)
            )


def _tags(data: AccountData, region: str, bucket: str) -> dict[str, str]:
    """Tags serve exceptions and the report: no verdict hangs on them, so that missing ones are no reason for UNKNOWN."""
    try:
        answer = data.answer(TAGGING, region, {"Bucket": bucket}) or {}
    except (Unreadable, Gone):
        return {}
    return {str(tag["Key"]): str(tag["Value"]) for tag in answer.get("TagSet", [])}


BUCKET = Kind("AWS::S3::Bucket", (BUCKETS, LOCATION, TAGGING), _buckets, regional=False)
