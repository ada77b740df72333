"""How buckets are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nightaudit_auditor.aws.buckets import bucket_arn
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Unreadable

BUCKETS, LOCATION, TAGGING = "s3.list_buckets", "s3.get_bucket_location", "s3.get_bucket_tagging"
_OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def _buckets(data: AccountData) -> Iterator[Resource | Unreadable]:
    """Every bucket of the account, in the regions that the schedule selects (all, if those could not be read)."""
    for entry in (data.answer(BUCKETS) or {}).get("Buckets", []):
        name = str(entry["Name"])
        try:
            region = str(entry.get("BucketRegion") or _location(data, name))
        except Gone:
            continue
        except Unreadable:
            region = GLOBAL  # what is asked of it there was never read: the bucket is UNKNOWN, not lost
        if region == GLOBAL or not data.regions or region in data.regions:
            yield Resource(
                bucket_arn(data.account, name), "AWS::S3::Bucket", name, region, _tags(data, region, name), dict(entry)
            )


def _location(data: AccountData, bucket: str) -> str:
    """GetBucketLocation says null for us-east-1 and EU for the oldest buckets of eu-west-1 (Amazon S3 API)."""
    answer: dict[str, Any] = data.answer(LOCATION, parameters={"Bucket": bucket}) or {}
    constraint = answer.get("LocationConstraint")
    return _OLD_NAMES.get(constraint, str(constraint))


def _tags(data: AccountData, region: str, bucket: str) -> dict[str, str]:
    """Tags serve exceptions and the report: no verdict hangs on them, so that missing ones are no reason for UNKNOWN."""
    try:
        answer = data.answer(TAGGING, region, {"Bucket": bucket}) or {}
    except (Unreadable, Gone):
        return {}
    return {str(tag["Key"]): str(tag["Value"]) for tag in answer.get("TagSet", [])}


BUCKET = Kind("AWS::S3::Bucket", (BUCKETS, LOCATION, TAGGING), _buckets, regional=False)
