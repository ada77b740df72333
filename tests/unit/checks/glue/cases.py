"""What the checks of Glue find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    absent,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import allow, forbid, hardened, planted, policy, unreadable

POLICY, OPEN = "glue.get_resource_policy", "GLUE_CATALOG_PUBLIC"
WHERE = f"arn:aws:glue:{REGION}:{OWN}:"


def catalog(*statements: dict[str, Any], more: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    return ok(POLICY, REGION, {"PolicyInJson": policy(*statements), "PolicyHash": "x"}), *more


CASES: list[Case] = [
    planted(OPEN, "everybody", catalog(allow("*", "glue:*", resource=f"{WHERE}*"))),
    planted(OPEN, "one database, in the second statement", catalog(allow({"AWS": OWN}, "glue:*"), allow({"AWS": "*"}, "glue:GetTables", resource=f"{WHERE}database/shop"))),
    planted(OPEN, "two strangers", catalog(allow({"AWS": [STRANGER, "888888888888"]}, "glue:GetTable", resource=f"{WHERE}table/shop/*")), finds=(STRANGER, "888888888888")),
    hardened(OPEN, "one database, denied from abroad", catalog(allow("*", "glue:*", resource=f"{WHERE}database/shop"), forbid("*", "glue:*", resource=f"{WHERE}database/shop", NotIpAddress={"aws:SourceIp": "203.0.113.0/24"}))),
    hardened(OPEN, "no policy", (absent(POLICY, REGION), *NO_ORGANIZATION)),
    hardened(OPEN, "a sister", catalog(allow({"AWS": SISTER}, "glue:GetTable", resource=f"{WHERE}*"), more=organization(OWN, SISTER))),
    hardened(OPEN, "the own organization", catalog(allow("*", "glue:Get*", resource=f"{WHERE}*", StringEquals={"aws:PrincipalOrgID": "o-own"}), more=organization(OWN))),
    unreadable(OPEN, "the policy is denied", denied(POLICY, REGION)),
    unreadable(OPEN, "a policy that is none", (ok(POLICY, REGION, {"PolicyInJson": "[]"}), *NO_ORGANIZATION)),
]  # fmt: skip
