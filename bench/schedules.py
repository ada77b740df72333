"""The schedules that the benchmark runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from demo.aws import facts

RECORDED = facts.PRODUCTION
"""The account that is generated and recorded; its answers are replayed for any other, with the id replaced."""


def accounts(count: int) -> tuple[str, ...]:
    """The ids of that many accounts, the recorded one for a single one."""
    return (RECORDED.id,) if count == 1 else tuple(f"{500_000_000_000 + number:012d}" for number in range(count))


def role(account: str) -> str:
    """The role that is assumed in an account."""
    return f"arn:aws:iam::{account}:role/{facts.AUDIT_ROLE}"


def write(path: Path, ids: Sequence[str]) -> Path:
    """An AuditSchedule over these accounts, without notifications, at `path`."""
    spec = {
        "schedule": "17 3 * * *",
        "accounts": [
            {"id": id_, "name": f"account-{number:02d}", "roleARN": role(id_), "externalID": RECORDED.external_id}
            for number, id_ in enumerate(ids)
        ],
        "storage": {"s3": {"bucket": "bench-results", "region": facts.HOME_REGION}},
    }
    manifest = {
        "apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule",
        "metadata": {"name": "bench", "namespace": "bench"}, "spec": spec,
    }  # fmt: skip
    path.write_text(json.dumps(manifest))
    return path
