"""How customer-managed keys are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

KEYS, DESCRIBE, POLICY, ROTATION, GRANTS = (
    "kms.list_keys",
    "kms.describe_key",
    "kms.get_key_policy",
    "kms.get_key_rotation_status",
    "kms.list_grants",
)


def _keys(data: AccountData) -> Iterator[Resource | Unreadable]:
    """Keys that are not AWS's; one that could not be described is listed, because it may be the customer's."""
    for region in data.regions:
        try:
            listed = (data.answer(KEYS, region) or {}).get("Keys", [])
        except Unreadable as problem:
            yield problem
            continue
        for entry in listed:
            identity = str(entry["KeyId"])
            try:
                metadata = metadata_of(data, region, identity)
            except Gone:
                continue
            except Unreadable:
                metadata = {}
            if metadata.get("KeyManager") != "AWS":
                arn = str(entry.get("KeyArn") or build_arn(data.account, "kms", region, f"key/{identity}"))
                yield Resource(arn, "AWS::KMS::Key", identity, region, data=metadata)


def metadata_of(data: AccountData, region: str, key: str) -> dict[str, Any]:
    """What DescribeKey says of a key. Raises Unreadable, Gone."""
    return dict((data.answer(DESCRIBE, region, {"KeyId": key}) or {}).get("KeyMetadata", {}))


KEY = Kind("AWS::KMS::Key", (KEYS, DESCRIBE), _keys, regional=True)
