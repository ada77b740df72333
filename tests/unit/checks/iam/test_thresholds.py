"""Thresholds in days are the schedule's: a check that finds nothing under one finds it under another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import Settings, account, judge, problems
from tests.unit.checks.iam.build import ago, key, report, role, row, world


def reported(**columns: Any) -> tuple[AccountData, ...]:
    return (account(report(row(**columns))),)


FORTY_DAYS: dict[str, tuple[str, tuple[AccountData, ...]]] = {
    "IAM_USER_CONSOLE_UNUSED": ("unused_days", reported(password_enabled=True, password_last_used=ago(40))),
    "IAM_USER_KEY_UNUSED": ("unused_days", reported(**key(1, rotated=300, used=40))),
    "IAM_USER_KEY_OLD": ("key_rotation_days", reported(**key(1, rotated=40, used=0))),
    "IAM_USER_TWO_KEYS": ("two_keys_days", reported(**key(1, rotated=300, used=0), **key(2, rotated=40, used=0))),
    "IAM_ROLE_UNUSED": ("role_unused_days", world(role(RoleLastUsed={"LastUsedDate": ago(40)}))),
    "IAM_ROOT_USED": ("root_used_days", reported(name="<root_account>", password_last_used=ago(40))),
}
"""Check → its threshold, and what has been so for forty days."""


@pytest.mark.parametrize("check", FORTY_DAYS)
@pytest.mark.parametrize("days", [39, 41])
def test_the_schedules_threshold_decides(check: str, days: int) -> None:
    threshold, accounts = FORTY_DAYS[check]
    settings = replace(Settings(), **{threshold: days})  # type: ignore[arg-type]
    # A use of root is told while it is recent, all else once it is long ago.
    told = days > 40 if check == "IAM_ROOT_USED" else days < 40
    assert bool(problems(judge(check, *accounts, settings=settings))) is told
