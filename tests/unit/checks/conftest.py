"""The builder of hand-made snapshots is the module `tests.unit.checks.build`; every folder's `cases.py` is run here."""

from __future__ import annotations

import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Registry


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The whole catalogue."""
    return load()
