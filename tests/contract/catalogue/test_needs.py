"""Checks and collection meet in the names of operations: what a check needs is collected."""

from __future__ import annotations

import botocore.session
import pytest

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.collect import load_catalogue
from nightaudit_auditor.collect.models import Models

CATALOGUE = load_catalogue(Models(botocore.session.get_session().get_component("data_loader")))
COLLECTED = set(CATALOGUE.entries)

OTHERWISE_USED = {
    "ec2.describe_regions",  # the collector and the engine: which regions there are
    "organizations.list_accounts_for_parent",  # the trust model: which accounts trusted units hold
    "organizations.describe_policy",  # the trust model: what the organization's policies leave of an account's permissions
    "organizations.list_targets_for_policy",  # likewise
    "iam.get_service_last_accessed_details",  # `nightaudit unused`: which services of those that it may use a principal does not
    "organizations.list_tags_for_resource",  # the discovery of accounts: whom spec.organization.tagSelector selects
}


@pytest.mark.parametrize("check", load().checks.values(), ids=lambda check: check.id)
def test_what_a_check_needs_is_collected(check: Check) -> None:
    assert {*check.kind.needs, *check.needs} <= COLLECTED


def test_what_is_collected_is_needed_counted_followed_or_marked_as_inventory() -> None:
    needed = {operation for check in load().checks.values() for operation in (*check.kind.needs, *check.needs)}
    used = OTHERWISE_USED | {
        entry.id
        for entry in CATALOGUE.entries.values()
        if entry.id in needed or entry.counts or entry.id in CATALOGUE.children
    }
    marked = {entry.id for entry in CATALOGUE.entries.values() if entry.inventory}
    assert COLLECTED - used == marked
