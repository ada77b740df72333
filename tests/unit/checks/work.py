"""How much work checks make of an account: by calls, so that neither a slow machine nor a fast one decides."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.selection import Selection
from nightaudit_auditor.snapshot import AccountData
from tests.unit.checks.build import NOW, OWN, Settings


def growth(made: Callable[[int], AccountData], checks: Iterable[str], size: int) -> float:
    """How many times as much work an account of twice the size is."""
    checks = tuple(checks)
    _calls(made(2 * size), checks)  # what is imported, compiled and remembered for all accounts
    return _calls(made(2 * size), checks) / _calls(made(size), checks)


def _calls(data: AccountData, checks: tuple[str, ...]) -> int:
    """How many functions are called to judge the account with these checks."""
    known = load().checks
    made = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        evaluate({OWN: data}, Selection(tuple(known[id_] for id_ in checks), {}), Settings(), NOW)
    finally:
        sys.setprofile(None)
    return made
