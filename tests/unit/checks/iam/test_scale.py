"""Twice as many principals are about twice the work: no check tries everybody on everybody. Seconds are measured in bench/."""

from __future__ import annotations

import sys

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.selection import Selection
from tests.unit.checks.build import NOW, OWN, Settings
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    allow,
    attached,
    inline,
    role,
    trusting,
    user,
    world,
)


def calls(size: int) -> int:
    """How many functions are called to judge an account of `size` roles and half as many users."""
    reads = allow(
        [
            f"{service}:{verb}*"
            for service in ("ec2", "iam", "lambda", "s3", "sts")
            for verb in ("Get", "List", "Create", "Put")
        ]
    )
    narrow = {**reads, "Resource": [f"arn:aws:s3:::team-{n}/*" for n in range(8)]}
    roles = [
        role(
            trusting({"AWS": OWN}) if n % 2 else trusting({"Service": "lambda.amazonaws.com"}), name=f"r{n}",
            RolePolicyList=[inline("own", narrow, allow("s3:GetObject", f"arn:aws:s3:::bucket-{n}/*"))],
            AttachedManagedPolicies=[attached(ADMIN_ARN)] if n % 50 == 0 else [],
        )
        for n in range(size)
    ]  # fmt: skip
    users = [
        user(
            f"u{n}",
            UserPolicyList=[
                inline("hop", allow(["sts:AssumeRole", "iam:CreateAccessKey"], f"arn:aws:iam::{OWN}:*/r{n}"))
            ],
        )
        for n in range(size // 2)
    ]
    (data,) = world(*roles, *users, ADMINISTRATOR_ACCESS)
    checks = tuple(check for id_, check in load().checks.items() if id_.startswith("IAM_"))
    made = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        evaluate({OWN: data}, Selection(checks, {}), Settings(), NOW)
    finally:
        sys.setprofile(None)
    return made


def test_twice_as_many_roles_and_users_are_about_twice_the_work() -> None:
    calls(10)  # what is imported and compiled once
    assert calls(200) / calls(100) < 2.3
