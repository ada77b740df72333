"""Every folder's table of cases: what each check must find, must not find, and must admit not to know."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from nightaudit_auditor.checks.registry import Registry
from nightaudit_auditor.checks.selection import AUDIT_PREFIX
from tests.unit.checks.build import Case, assert_case

FOLDERS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/cases.py"))
CASES: list[Case] = [case for folder in FOLDERS for case in import_module(f"tests.unit.checks.{folder}.cases").CASES]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_check_says_what_is_true(case: Case) -> None:
    assert_case(case)


@pytest.mark.parametrize("shape", ["planted", "hardened", "unreadable"])
def test_every_check_has_a_case_of_each_shape(shape: str, registry: Registry) -> None:
    ordinary = {check.id for check in registry.checks.values() if not check.id.startswith(AUDIT_PREFIX)}
    assert ordinary - {case.check for case in CASES if case.shape == shape} == set()


def test_every_check_says_what_to_do_and_where_that_is_written(registry: Registry) -> None:
    for check in registry.checks.values():
        if not check.id.startswith(AUDIT_PREFIX):
            assert re.search(r"CLI(?: \(.*?\))?: aws ", check.remediation), check.id
            assert check.references, check.id
