"""Checks and collection meet in the names of operations: what a check needs is collected."""

from __future__ import annotations

import botocore.session
import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.models import Models

COLLECTED = set(load_catalogue(Models(botocore.session.get_session().get_component("data_loader"))).entries)


@pytest.mark.parametrize("check", load().checks.values(), ids=lambda check: check.id)
def test_what_a_check_needs_is_collected(check: Check) -> None:
    assert {*check.kind.needs, *check.needs} <= COLLECTED
