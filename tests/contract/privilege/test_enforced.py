"""With exactly the deployed role nothing is denied; without one action exactly its operations are."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pytest

from demo.aws import facts
from demo.aws.seeding.cloud import Cloud
from nightaudit_auditor.collect.entries import Entry, Source
from nightaudit_auditor.snapshot import AccountData, Outcome
from nightaudit_auditor.views.policy import DENY_DATA, role_policies

from .conftest import ACCOUNT, CATALOGUE, Role, collected, needing, probe

ACTIONS = sorted({action for entry in CATALOGUE.entries.values() for action in entry.actions})
BY_PREFIX = {prefix: list(group) for prefix, group in groupby(ACTIONS, key=lambda action: action.partition(":")[0])}
DATA = Entry(
    name="get_object",
    operation="GetObject",
    scope="regional",
    actions=("s3:GetObject",),
    service="s3",
    for_each=(Source(operation="s3.list_buckets", path="@", parameters={"Bucket": "@", "Key": "@"}),),
)
TAKEN = [[action] for action in ACTIONS] if os.environ.get("NIGHTAUDIT_EVERY_ACTION") else [*BY_PREFIX.values()]
"""One action of each service is taken from a whole collection; with NIGHTAUDIT_EVERY_ACTION, every action."""
REFUSED = {Outcome.DENIED, Outcome.BLOCKED}

Calls = dict[tuple[str, str, tuple[tuple[str, str], ...]], Outcome]


def refused(operations: Iterable[str]) -> set[str]:
    """Those of the operations that the role may not call."""
    found = probe(CATALOGUE.entries[name] for name in operations)
    return {name for name, record in found.items() if record.outcome in REFUSED}


def calls(data: AccountData) -> Calls:
    """How each call ended."""
    return {
        (record.name, record.region, tuple(sorted(record.parameters.items()))): record.outcome
        for name in data.operations()
        for record in data.records(name)
    }


def following(operations: set[str]) -> set[str]:
    """The operations that take their parameters from the answers of these, directly or not."""
    found: set[str] = set()
    pending = [*operations]
    while pending:
        for entry, _ in CATALOGUE.children.get(pending.pop(), ()):
            if entry.id not in found:
                found.add(entry.id)
                pending.append(entry.id)
    return found - operations


@pytest.fixture(scope="module")
def whole(deployed: Role, tmp_path_factory: pytest.TempPathFactory) -> Calls:
    """A collection with all that the role may do."""
    return calls(collected(tmp_path_factory.mktemp("whole")))


class TestTheDeployedRole:
    def test_has_exactly_the_policies_of_the_catalogue(self, deployed: Role) -> None:
        wanted = {
            f"{facts.AUDIT_ROLE}-{name}": policy
            for name, policy in role_policies(CATALOGUE).items()
            if name != DENY_DATA
        }
        assert deployed.managed == wanted
        assert deployed.inline() == {DENY_DATA: role_policies(CATALOGUE)[DENY_DATA]}

    def test_is_denied_nothing_in_a_whole_collection(self, whole: Calls) -> None:
        assert {name for (name, _, _), outcome in whole.items() if outcome in REFUSED} == set()
        assert sum(outcome is Outcome.OK for outcome in whole.values()) > len(CATALOGUE.entries) / 2

    def test_may_call_every_operation_of_the_catalogue(self, deployed: Role) -> None:
        assert refused(CATALOGUE.entries) == set()

    def test_reads_no_object_even_where_a_policy_allows_everything(self, cloud: Cloud, deployed: Role) -> None:
        iam = cloud.client(ACCOUNT, "iam")
        iam.attach_role_policy(RoleName=facts.AUDIT_ROLE, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        try:
            assert probe([DATA]).popitem()[1].outcome is Outcome.DENIED
        finally:
            iam.detach_role_policy(RoleName=facts.AUDIT_ROLE, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


class TestWithoutOneAction:
    @pytest.mark.parametrize("prefix", BY_PREFIX)
    def test_exactly_its_operations_are_denied(self, role: Role, prefix: str) -> None:
        neighbours = {
            entry.id for entry in CATALOGUE.entries.values() if any(a in BY_PREFIX[prefix] for a in entry.actions)
        }
        for action in BY_PREFIX[prefix]:
            role.give_back()
            role.take_away(action)
            assert refused(neighbours) == needing(action), action

    @pytest.mark.parametrize("among", TAKEN, ids=lambda among: among[0])
    def test_a_whole_collection_is_otherwise_the_same(
        self, role: Role, whole: Calls, among: list[str], tmp_path: Path
    ) -> None:
        called = {name for name, _, _ in whole}
        action = next((one for one in among if needing(one) <= called), among[0])
        role.take_away(action)
        without = calls(collected(tmp_path))
        blind = needing(action) & called
        ended: dict[str, set[Outcome]] = defaultdict(set)
        for (name, _, _), outcome in without.items():
            ended[name].add(outcome)
        assert {name for name in ended if ended[name] & REFUSED} == blind
        # One that follows from its own answers has nothing to go on with.
        assert all(ended[name] - {Outcome.SKIPPED} == {Outcome.DENIED} for name in blind)
        dark = blind | following(blind)
        assert {call: outcome for call, outcome in without.items() if call[0] not in dark} == {
            call: outcome for call, outcome in whole.items() if call[0] not in dark
        }
