"""Every folder's table of cases: what each check must find, must not find, and must admit not to know."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from nightaudit_auditor.checks.registry import Registry
from tests.unit.checks.build import Case, assert_case

FOLDERS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/cases.py"))
CASES: list[Case] = [case for folder in FOLDERS for case in import_module(f"tests.unit.checks.{folder}.cases").CASES]
COVERED_FOLDERS = ("iam", "s3", "kms", "awslambda")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_says_what_is_true(case: Case) -> None:
    assert_case(case)


def test_every_check_has_a_planted_a_hardened_and_an_unreadable_case(registry: Registry) -> None:
    rooms = tuple(f"nightaudit_auditor.checks.{folder}." for folder in COVERED_FOLDERS)
    ours = {check.id for check in registry.checks.values() if check.evaluate.__module__.startswith(rooms)}
    missing = {
        f"{check} has no {shape} case"
        for check in ours
        for shape in ("planted", "hardened", "unreadable")
        if not any(case.check == check and case.shape == shape for case in CASES)
    }
    assert ours
    assert missing == set()
