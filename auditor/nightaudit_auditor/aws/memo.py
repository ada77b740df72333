"""Facts that many checks derive from one account are derived once, and forgotten with the account's data."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from nightaudit_auditor.snapshot import AccountData

Fact = TypeVar("Fact")


def per_account(derive: Callable[[AccountData], Fact]) -> Callable[[AccountData], Fact]:
    """Remember the result of a pure function of an account's data. What it raises is not remembered."""

    @wraps(derive)
    def derived(data: AccountData) -> Fact:
        if derive not in data.derived:
            data.derived[derive] = derive(data)
        fact: Fact = data.derived[derive]
        return fact

    return derived
