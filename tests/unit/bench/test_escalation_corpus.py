"""The corpus of the comparison with principalmapper: fixed, whole, and able to tell programs apart."""

from __future__ import annotations

import re
from collections import Counter

import msgspec
import pytest

from bench.escalation.accounts import Account
from bench.escalation.corpus import ACCOUNTS, ACTORS, corpus
from bench.escalation.twists import EFFECTS, PLAIN, TWISTS, Draft, Effect
from bench.escalation.ways import WAYS


@pytest.fixture(scope="module")
def accounts() -> tuple[Account, ...]:
    return corpus()


class TestItIsFixed:
    def test_the_same_seed_gives_the_same_accounts(self, accounts: tuple[Account, ...]) -> None:
        assert msgspec.json.encode(corpus()) == msgspec.json.encode(accounts)

    def test_another_seed_gives_others(self, accounts: tuple[Account, ...]) -> None:
        assert corpus(seed=1) != accounts

    def test_fewer_are_the_first_of_more(self, accounts: tuple[Account, ...]) -> None:
        assert corpus(accounts=3) == accounts[:3]


class TestItIsWhole:
    def test_every_published_way_is_planted_once_as_it_was_published(self, accounts: tuple[Account, ...]) -> None:
        plain = {one.way for account in accounts for one in account.principals if one.way and not one.twist}
        assert plain == {way.name for way in WAYS}

    def test_everything_that_can_be_changed_about_a_way_is(self, accounts: tuple[Account, ...]) -> None:
        assert {one.twist for account in accounts for one in account.principals} == set(EFFECTS)

    def test_every_account_has_its_number_of_actors(self, accounts: tuple[Account, ...]) -> None:
        found = [sum(bool(one.way) for one in account.principals) for account in accounts]
        assert found == [ACTORS] * ACCOUNTS

    def test_users_roles_and_all_sorts_of_policies_occur(self, accounts: tuple[Account, ...]) -> None:
        actors = [one for account in accounts for one in account.principals if one.way]
        found = Counter(
            "role" if one.trust else "group's" if any(name.endswith("-may") for name in one.groups) else "user"
            for one in actors
        )
        assert set(found) == {"role", "group's", "user"}
        assert {policy.managed for one in actors for policy in one.policies} == {True, False}


class TestWhatItNames:
    def test_no_template_is_left(self, accounts: tuple[Account, ...]) -> None:
        assert b"{" + b"account}" not in msgspec.json.encode(accounts)

    def test_resources_of_iam_have_no_region(self, accounts: tuple[Account, ...]) -> None:
        assert b"arn:aws:iam:*" not in msgspec.json.encode(accounts)

    def test_the_role_of_every_workload_is_there(self, accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            roles = {one.name for one in account.principals if one.trust}
            assert {workload.role for workload in account.workloads} <= roles

    def test_every_group_that_somebody_is_in_is_there(self, accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            joined = {name for one in account.principals for name in one.groups}
            assert joined <= {group.name for group in account.groups}

    def test_every_group_user_and_role_that_a_policy_names_is_there(self, accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            named = re.findall(rb":((?:group|user|role)/[a-z0-9.-]+)", msgspec.json.encode(account))
            there = {account.arn(one).rpartition(":")[2] for one in account.principals}
            there |= {f"group/{group.name}" for group in account.groups}
            made_up = {"group/nobody", "user/nobody", "role/nobody", "user/new-"}
            assert {name.decode() for name in named} <= there | made_up

    def test_no_name_is_given_twice(self, accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            assert len({account.arn(one) for one in account.principals}) == len(account.principals)


class TestTwists:
    def test_a_way_has_one_name(self) -> None:
        assert len({way.name for way in WAYS}) == len(WAYS)

    def test_every_twist_changes_the_policies_of_every_way_that_it_fits(self) -> None:
        for way in WAYS:
            for twist in TWISTS:
                if twist.fits(way):
                    plain, other = (
                        Draft(
                            way,
                            [{"Action": action, "Resource": f"arn:aws:iam::1:role/{on}"} for action, on in way.grants],
                        )
                        for _ in range(2)
                    )
                    twist.change(other)
                    assert (plain.statements, plain.boundary) != (other.statements, other.boundary), (
                        way.name,
                        twist.name,
                    )

    def test_what_is_published_is_open(self) -> None:
        assert EFFECTS[PLAIN.name] is Effect.OPEN
