"""Reasons are API. That each has a line in the documentation is held by tests/contract/documents."""

from __future__ import annotations

import re

from nightaudit_operator.api import reasons

CONSTANTS = {name: value for name, value in vars(reasons).items() if name.isupper()}


def test_reasons_are_legal():
    assert CONSTANTS
    assert all(re.fullmatch(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", value) for value in CONSTANTS.values())


def test_no_two_reasons_are_the_same():
    assert len(set(CONSTANTS.values())) == len(CONSTANTS)
