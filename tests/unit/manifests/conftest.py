"""The table of good and bad objects, which the API server is asked about too (tests/cluster/admission)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

FIXTURES = Path(__file__).parents[2] / "fixtures" / "manifests"


@pytest.fixture
def schedule() -> dict[str, Any]:
    """A full, valid AuditSchedule, to be bent."""
    return yaml.safe_load((FIXTURES / "good" / "schedule-full.yaml").read_text())


@pytest.fixture
def exception() -> dict[str, Any]:
    """A small, valid AuditException, to be bent."""
    return yaml.safe_load((FIXTURES / "good" / "exception-least.yaml").read_text())
