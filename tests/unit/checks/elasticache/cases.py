"""What the checks of ElastiCache find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, said, unreadable

GROUPS, NO_AUTH = "elasticache.describe_replication_groups", "ELASTICACHE_NO_AUTH"


def group(**more: Any) -> Record:
    arn = f"arn:aws:elasticache:{REGION}:{OWN}:replicationgroup:sessions"
    found = {
        "ReplicationGroupId": "sessions",
        "ARN": arn,
        "TransitEncryptionEnabled": False,
        "AuthTokenEnabled": False,
    }
    return ok(GROUPS, REGION, {"ReplicationGroups": [said(**found | more)]})


CASES: list[Case] = [
    planted(NO_AUTH, "in the clear, for all", group(Engine="valkey", UserGroupIds=[])),
    hardened(NO_AUTH, "encrypted in transit", group(TransitEncryptionEnabled=True, TransitEncryptionMode="preferred")),
    hardened(NO_AUTH, "a token", group(AuthTokenEnabled=True)),
    hardened(NO_AUTH, "a user group", group(UserGroupIds=["shop"])),
    unreadable(NO_AUTH, "no list", denied(GROUPS, REGION)),
    unreadable(NO_AUTH, "it does not say", group(TransitEncryptionEnabled=None)),
]  # fmt: skip
