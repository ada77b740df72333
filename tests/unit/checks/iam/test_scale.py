"""Twice as many principals are about twice the work: no check tries everybody on everybody. Seconds are measured in bench/."""

from __future__ import annotations

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import OWN
from tests.unit.checks.iam.build import (
    ADMIN_ARN,
    ADMINISTRATOR_ACCESS,
    allow,
    attached,
    inline,
    managed,
    role,
    trusting,
    user,
    world,
)
from tests.unit.checks.work import growth


def ordinary(size: int) -> AccountData:
    """An account of `size` roles and half as many users."""
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
    return data


def makers(size: int) -> AccountData:
    """Five roles that may make roles of `size` kinds of names, bounded by any of ten times as many policies."""
    boundaries = [managed(f"arn:aws:iam::{OWN}:policy/p{n}", allow("s3:*")) for n in range(10 * size)]
    make = allow(
        ["iam:CreateRole", "iam:PutRolePolicy"],
        [f"arn:aws:iam::{OWN}:role/team-{n}-*" for n in range(size)],
        Condition={"StringLike": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/*"}},
    )
    (data,) = world(*(role(name=f"ci{n}", RolePolicyList=[inline("make", make)]) for n in range(5)), *boundaries)
    return data


def test_twice_as_many_roles_and_users_are_about_twice_the_work() -> None:
    checks = [id_ for id_ in load().checks if id_.startswith("IAM_")]
    assert growth(ordinary, checks, 150) < 2.05


def test_twice_as_many_names_and_boundaries_for_makers_of_roles_are_about_twice_the_work() -> None:
    assert growth(makers, ["IAM_PRINCIPAL_PRIVESC"], 10) < 2.05
