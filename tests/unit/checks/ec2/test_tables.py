"""Every check of these rooms has a planted problem, a hardened twin and an unreadable case."""

from __future__ import annotations

from importlib import import_module

import pytest

from nightaudit_auditor.checks.registry import Registry

ROOMS = ("cloudtrail", "ec2", "guardduty", "organizations", "rds", "route53")


@pytest.mark.parametrize("room", ROOMS)
def test_no_check_is_without_its_three_cases(room: str, registry: Registry) -> None:
    ours = {
        c.id for c in registry.checks.values() if c.evaluate.__module__.startswith(f"nightaudit_auditor.checks.{room}.")
    }
    cases = import_module(f"tests.unit.checks.{room}.cases").CASES
    wanted = {(check, shape) for check in ours for shape in ("planted", "hardened", "unreadable")}
    assert ours
    assert wanted == {(case.check, case.shape) for case in cases}


@pytest.mark.parametrize("room", ROOMS)
def test_every_check_says_what_to_do_on_the_console_and_on_the_command_line(room: str, registry: Registry) -> None:
    for check in registry.checks.values():
        if check.evaluate.__module__.startswith(f"nightaudit_auditor.checks.{room}."):
            assert "Console: " in check.remediation, check.id
            assert "CLI: aws " in check.remediation, check.id
            assert check.references, check.id
            assert check.id not in check.aliases
