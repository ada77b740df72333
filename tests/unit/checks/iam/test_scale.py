"""An account of hundreds of principals is judged in about a second, not in minutes: no check tries everybody on everybody."""

from __future__ import annotations

import time

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

ROLES, USERS, SECONDS = 530, 300, 5.0


def test_hundreds_of_roles_and_users_take_about_a_second() -> None:
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
        for n in range(ROLES)
    ]  # fmt: skip
    users = [
        user(
            f"u{n}",
            UserPolicyList=[
                inline("hop", allow(["sts:AssumeRole", "iam:CreateAccessKey"], f"arn:aws:iam::{OWN}:*/r{n}"))
            ],
        )
        for n in range(USERS)
    ]
    (data,) = world(*roles, *users, ADMINISTRATOR_ACCESS)
    checks = tuple(check for id_, check in load().checks.items() if id_.startswith("IAM_"))
    started = time.process_time()
    evaluate({OWN: data}, Selection(checks, {}), Settings(), NOW)
    assert time.process_time() - started < SECONDS
