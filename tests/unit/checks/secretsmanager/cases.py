"""What the checks of Secrets Manager find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    denied,
    failed,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

SECRETS, POLICY = "secretsmanager.list_secrets", "secretsmanager.get_resource_policy"
ARN = f"arn:aws:secretsmanager:{REGION}:{OWN}:secret:db-AbCdEf"
PUBLIC, CROSS, FAILING = "SECRET_POLICY_PUBLIC", "SECRET_CROSS_ACCOUNT", "SECRET_ROTATION_FAILING"


def secret(**more: Any) -> Record:
    return ok(SECRETS, REGION, {"SecretList": [{"ARN": ARN, "Name": "db", **more}]})


def policy(*statements: dict[str, Any]) -> Record:
    answer = {"ARN": ARN, "Name": "db"}
    if statements:
        answer["ResourcePolicy"] = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return ok(POLICY, REGION, answer, SecretId=ARN)


def allow(principal: Any = "*", **condition: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow", "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*",
    }  # fmt: skip
    return statement | ({"Condition": condition} if condition else {})


def world(*records: Record) -> tuple[Record, ...]:
    return (secret(), policy(), *NO_ORGANIZATION, *records)


DENIED = denied(POLICY, REGION, SecretId=ARN)
POLICY_CASES = [
    planted(PUBLIC, "everybody", world(policy(allow()))),
    planted(PUBLIC, "everybody but one, by NotPrincipal", world(policy(
        {"Effect": "Allow", "NotPrincipal": {"AWS": STRANGER}, "Action": "secretsmanager:*", "Resource": "*"}))),
    hardened(PUBLIC, "from one endpoint", world(policy(allow(StringEquals={"aws:SourceVpce": "vpce-1"})))),
    hardened(PUBLIC, "no policy", world()),
    hardened(PUBLIC, "marked for deletion while the run went on", world(failed(POLICY, REGION, Outcome.GONE, SecretId=ARN))),
    unreadable(PUBLIC, "the policy is denied", world(DENIED)),
    unreadable(PUBLIC, "no list", (denied(SECRETS, REGION),)),
    planted(CROSS, "a stranger", world(policy(allow({"AWS": f"arn:aws:iam::{STRANGER}:role/x"}))), finds=(STRANGER,)),
    hardened(CROSS, "a sister", world(policy(allow({"AWS": SISTER})), *organization(OWN, SISTER))),
    hardened(CROSS, "a stranger who is denied again", world(policy(allow({"AWS": STRANGER}), {
        "Effect": "Deny", "Principal": {"AWS": STRANGER}, "Action": "secretsmanager:Get*", "Resource": "*"}))),
    hardened(CROSS, "everybody is the other check's", world(policy(allow()))),
    unreadable(CROSS, "he may be of the organization", world(
        policy(allow({"AWS": STRANGER})), denied("organizations.describe_organization"), denied("organizations.list_accounts"))),
    unreadable(CROSS, "the policy is denied", world(DENIED)),
]  # fmt: skip


def rotated(days: int | None = None, last: str = "", following: str = "", *, enabled: bool = True) -> tuple[Record]:
    more: dict[str, Any] = {
        "RotationEnabled": enabled,
        "RotationRules": {"AutomaticallyAfterDays": days} if days else {},
    }
    more |= {"LastRotatedDate": last} if last else {}
    return (secret(**more | ({"NextRotationDate": following} if following else {})),)


# The run is on 2026-11-23.
ROTATION_CASES = [
    planted(FAILING, "more than two intervals ago", rotated(30, "2026-09-20T00:00:00Z")),
    planted(FAILING, "never, and it was due", rotated(30, following="2026-11-20T00:00:00Z")),
    planted(FAILING, "no interval, and it was due", rotated(None, "2026-09-20T00:00:00Z", "2026-10-20T00:00:00Z")),
    hardened(FAILING, "late, but not yet by two intervals", rotated(30, "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")),
    hardened(FAILING, "switched on today", rotated(30, following="2026-12-20T00:00:00Z")),
    hardened(FAILING, "rotation is off", rotated(30, "2020-01-01T00:00:00Z", enabled=False)),
    unreadable(FAILING, "neither an interval nor a date", rotated()),
    unreadable(FAILING, "no list", (denied(SECRETS, REGION),)),
]  # fmt: skip

CASES: list[Case] = [*POLICY_CASES, *ROTATION_CASES]
