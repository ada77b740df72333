"""What the checks of DMS find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import OWN, REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

INSTANCES, PUBLIC = "dms.describe_replication_instances", "DMS_PUBLIC"


def instance(**more: Any) -> Record:
    arn = f"arn:aws:dms:{REGION}:{OWN}:rep:move"
    found = {"ReplicationInstanceIdentifier": "move", "ReplicationInstanceArn": arn, **more}
    return ok(INSTANCES, REGION, {"ReplicationInstances": [found]})


CASES: list[Case] = [
    planted(PUBLIC, "public", instance(PubliclyAccessible=True, ReplicationInstancePublicIpAddresses=["52.1.2.3"])),
    hardened(PUBLIC, "private, with an address in the VPC", instance(PubliclyAccessible=False, ReplicationInstancePrivateIpAddress="10.0.0.5")),
    unreadable(PUBLIC, "no list", denied(INSTANCES, REGION)),
    unreadable(PUBLIC, "it does not say", instance()),
]  # fmt: skip
