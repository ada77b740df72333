"""Whom a schedule means: who is audited and as whom, who is left out and why, and what nobody could tell."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.manifests.types import (
    AccountTarget,
    Members,
    OrganizationTarget,
    S3Storage,
    ScheduleSpec,
    Storage,
    TagMatch,
)
from nightaudit_auditor.organization import Roster, select_accounts
from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import absent, account, denied, failed, ok

MANAGEMENT, PRODUCTION, STAGING, SANDBOX = "111111111111", "222222222222", "333333333333", "444444444444"
WORKLOADS, SHOPS, PLAY = "ou-abcd-workloads", "ou-abcd-shops000", "ou-abcd-play0000"
READER = f"arn:aws:iam::{MANAGEMENT}:role/reader"
LIST, BELOW, UNITS, TAGS = (
    f"organizations.{name}"
    for name in (
        "list_accounts", "list_accounts_for_parent", "list_organizational_units_for_parent", "list_tags_for_resource"
    )
)  # fmt: skip

DESCRIBED = ok("organizations.describe_organization", answer={"Organization": {"MasterAccountId": MANAGEMENT}})
ROOTS = ok("organizations.list_roots", answer={"Roots": [{"Id": "r-1"}]})


def accounts(**states: str) -> dict[str, Any]:
    """An answer with the four accounts, ACTIVE unless a state is given by name."""
    names = {"management": MANAGEMENT, "production": PRODUCTION, "staging": STAGING, "sandbox": SANDBOX}
    return {"Accounts": [{"Id": id_, "Name": name, "State": states.get(name, "ACTIVE")} for name, id_ in names.items()]}


def below(parent: str, *members: str) -> Record:
    return ok(BELOW, answer={"Accounts": [{"Id": id_, "State": "ACTIVE"} for id_ in members]}, ParentId=parent)


def units(parent: str, *inner: str) -> Record:
    return ok(UNITS, answer={"OrganizationalUnits": [{"Id": unit} for unit in inner]}, ParentId=parent)


# root ─ management; workloads ─ staging, shops ─ production; play ─ sandbox
TREE = (
    ROOTS, units("r-1", WORKLOADS, PLAY), units(WORKLOADS, SHOPS), units(SHOPS), units(PLAY),
    below("r-1", MANAGEMENT), below(WORKLOADS, STAGING), below(SHOPS, PRODUCTION), below(PLAY, SANDBOX),
)  # fmt: skip
WHOLE = (DESCRIBED, ok(LIST, answer=accounts()), *TREE)


def tags(id_: str, **given: str) -> Record:
    return ok(TAGS, answer={"Tags": [{"Key": key, "Value": value} for key, value in given.items()]}, ResourceId=id_)


def roster(
    *records: Record, own: tuple[AccountTarget, ...] = (), reachable: bool = True, **organization: Any
) -> Roster:
    target = OrganizationTarget(member_role_name="audit/nightaudit", role_arn=READER, **organization)
    storage = Storage(s3=S3Storage(bucket="bucket"))
    spec = ScheduleSpec(schedule="@daily", storage=storage, accounts=own, organization=target)
    return select_accounts(spec, account(*records, regions=(), reachable=reachable))


def ids(found: Roster) -> set[str]:
    return {one.id for one in found.accounts}


def reasons(found: Roster) -> dict[str, str]:
    return {one.id: one.reason for one in found.left_out}


class TestEveryActiveAccount:
    def test_is_audited_through_the_members_role(self) -> None:
        found = roster(*WHOLE, member_external_id="member", session_tags={"team": "security"})
        assert ids(found) == {MANAGEMENT, PRODUCTION, STAGING, SANDBOX}
        production = next(one for one in found.accounts if one.id == PRODUCTION)
        assert production == AccountTarget(
            id=PRODUCTION, name="production", role_arn=f"arn:aws:iam::{PRODUCTION}:role/audit/nightaudit",
            external_id="member", session_tags={"team": "security"},
        )  # fmt: skip
        assert (found.known, found.troubles, found.left_out) == (True, (), ())

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ("SUSPENDED", "Suspended"),
            ("PENDING_CLOSURE", "PendingClosure"),
            ("CLOSED", "Closed"),
            ("PENDING_ACTIVATION", "PendingActivation"),
        ],
    )
    def test_another_is_left_out_and_listed(self, state: str, reason: str) -> None:
        found = roster(DESCRIBED, ok(LIST, answer=accounts(sandbox=state)), *TREE)
        assert reasons(found) == {SANDBOX: reason}
        assert found.known

    def test_the_older_status_counts_only_without_state(self) -> None:
        answer = accounts()
        answer["Accounts"][3] |= {"State": "CLOSED", "Status": "ACTIVE"}
        del answer["Accounts"][2]["State"]
        answer["Accounts"][2]["Status"] = "SUSPENDED"
        assert reasons(roster(DESCRIBED, ok(LIST, answer=answer))) == {SANDBOX: "Closed", STAGING: "Suspended"}

    def test_a_state_that_nobody_knows_is_a_trouble(self) -> None:
        found = roster(DESCRIBED, ok(LIST, answer=accounts(sandbox="DREAMING")), *TREE)
        assert reasons(found) == {SANDBOX: "Undecided"}
        assert "'DREAMING'" in found.troubles[0].detail
        assert not found.known


class TestTheManagementAccount:
    def test_through_the_role_that_reads_the_organization(self) -> None:
        found = roster(*WHOLE, management_account="OrganizationRole", external_id="reader", member_external_id="member")
        management = next(one for one in found.accounts if one.id == MANAGEMENT)
        assert (management.role_arn, management.external_id) == (READER, "reader")

    def test_not_at_all(self) -> None:
        assert reasons(roster(*WHOLE, management_account="Exclude")) == {MANAGEMENT: "Excluded"}

    def test_is_told_by_the_accounts_arns_too(self) -> None:
        answer = accounts()
        for one in answer["Accounts"]:
            one["Arn"] = f"arn:aws:organizations::{MANAGEMENT}:account/o-1/{one['Id']}"
        found = roster(
            denied("organizations.describe_organization"), ok(LIST, answer=answer), management_account="Exclude"
        )
        assert reasons(found) == {MANAGEMENT: "Excluded"}

    def test_leaves_everybody_undecided_if_it_is_to_be_left_out_and_is_not_known(self) -> None:
        found = roster(ok(LIST, answer=accounts()), management_account="Exclude")
        assert set(reasons(found).values()) == {"Undecided"}
        assert found.accounts == ()


class TestUnits:
    def test_stand_for_everything_below_them(self) -> None:
        assert ids(roster(*WHOLE, include=Members(organizational_units=(WORKLOADS,)))) == {PRODUCTION, STAGING}

    def test_exclude_goes_before_include(self) -> None:
        found = roster(
            *WHOLE, include=Members(organizational_units=(WORKLOADS,), accounts=(SANDBOX,)),
            exclude=Members(organizational_units=(SHOPS,)),
        )  # fmt: skip
        assert ids(found) == {STAGING, SANDBOX}
        assert reasons(found) == {MANAGEMENT: "NotIncluded", PRODUCTION: "Excluded"}

    def test_an_account_whose_place_could_not_be_read_is_undecided(self) -> None:
        tree = tuple(one for one in TREE if one.parameters != {"ParentId": SHOPS})
        gap = (denied(UNITS, ParentId=SHOPS), denied(BELOW, ParentId=SHOPS))
        found = roster(
            DESCRIBED, ok(LIST, answer=accounts()), *tree, *gap, exclude=Members(organizational_units=(PLAY,))
        )
        assert ids(found) == {MANAGEMENT, STAGING}
        assert reasons(found) == {PRODUCTION: "Undecided", SANDBOX: "Excluded"}
        assert [(one.key, one.accounts) for one in found.troubles] == [(UNITS, (PRODUCTION,))]
        assert not found.known

    def test_the_place_is_nobodys_business_if_the_schedule_names_no_unit(self) -> None:
        found = roster(DESCRIBED, ok(LIST, answer=accounts()), denied("organizations.list_roots"))
        assert len(found.accounts) == 4
        assert found.known

    def test_what_include_names_must_be_there(self) -> None:
        include = Members(accounts=(PRODUCTION, "999999999999"), organizational_units=("ou-abcd-gone0000",))
        found = roster(*WHOLE, include=include)
        assert [one.key for one in found.troubles] == ["999999999999", "ou-abcd-gone0000"]
        assert found.known


class TestTags:
    ENV = (TagMatch(key="env", values=("prod-*", "stage")), TagMatch(key="owner"))

    def test_all_of_them_must_match(self) -> None:
        found = roster(
            *WHOLE, tags(MANAGEMENT), tags(PRODUCTION, env="prod-eu", owner=""), tags(STAGING, env="stage"),
            tags(SANDBOX, env="play", owner="x"), tag_selector=self.ENV,
        )  # fmt: skip
        assert ids(found) == {PRODUCTION}
        assert set(reasons(found).values()) == {"TagsDiffer"}
        details = {one.id: one.detail for one in found.left_out}
        assert "no tag owner" in details[STAGING]
        assert "env is 'play'" in details[SANDBOX]

    def test_those_that_could_not_be_read_leave_the_account_undecided(self) -> None:
        found = roster(
            *WHOLE, tags(PRODUCTION, env="stage", owner="x"), denied(TAGS, ResourceId=STAGING),
            failed(TAGS, outcome=Outcome.THROTTLED, ResourceId=SANDBOX), failed(TAGS, outcome=Outcome.GONE, ResourceId=MANAGEMENT),
            tag_selector=self.ENV,
        )  # fmt: skip
        assert ids(found) == {PRODUCTION}
        assert reasons(found) == {STAGING: "Undecided", SANDBOX: "Undecided", MANAGEMENT: "Closed"}
        assert [(one.key, one.accounts) for one in found.troubles] == [(TAGS, (STAGING, SANDBOX))]

    def test_an_account_that_is_excluded_anyway_needs_none(self) -> None:
        found = roster(
            *WHOLE, denied(TAGS, ResourceId=STAGING), *(tags(one, env="stage", owner="x") for one in (MANAGEMENT, PRODUCTION, SANDBOX)),
            tag_selector=self.ENV, exclude=Members(accounts=(STAGING,)),
        )  # fmt: skip
        assert reasons(found) == {STAGING: "Excluded"}
        assert found.known


class TestTheSchedulesOwnAccounts:
    OWN = AccountTarget(id=STAGING, name="ours", role_arn=f"arn:aws:iam::{STAGING}:role/own", labels={"env": "stage"})

    def test_come_first_and_as_the_schedule_says(self) -> None:
        found = roster(*WHOLE, own=(self.OWN,), exclude=Members(accounts=(STAGING,)))
        assert found.accounts[0] == self.OWN
        assert [one.id for one in found.accounts] == [STAGING, MANAGEMENT, PRODUCTION, SANDBOX]
        assert found.left_out == ()

    @pytest.mark.parametrize(
        ("records", "reachable", "key"),
        [
            ((failed("sts.assume_role", outcome=Outcome.DENIED, code="AccessDenied"),), False, "sts.assume_role"),
            ((DESCRIBED, denied(LIST), denied("organizations.list_roots")), True, LIST),
            ((absent("organizations.describe_organization"), absent(LIST)), True, "organization"),
        ],
    )
    def test_are_left_if_the_organization_cannot_be_read(
        self, records: tuple[Record, ...], reachable: bool, key: str
    ) -> None:
        found = roster(*records, own=(self.OWN,), reachable=reachable)
        assert found.accounts == (self.OWN,)
        assert [one.key for one in found.troubles] == [key]
        assert not found.known

    def test_a_snapshot_without_an_organization_is_a_trouble(self) -> None:
        storage = Storage(s3=S3Storage(bucket="bucket"))
        target = OrganizationTarget(member_role_name="audit")
        found = select_accounts(ScheduleSpec(schedule="@daily", storage=storage, organization=target), None)
        assert [one.key for one in found.troubles] == [LIST]


class TestWhatIsKnownOfTheMembers:
    def test_the_tree_tells_if_the_list_does_not(self) -> None:
        found = roster(DESCRIBED, denied(LIST), *TREE)
        assert len(found.accounts) == 4
        assert found.known

    def test_half_a_tree_tells_of_half_and_says_so(self) -> None:
        tree = tuple(one for one in TREE if one.parameters != {"ParentId": PLAY})
        found = roster(DESCRIBED, denied(LIST), *tree, denied(UNITS, ParentId=PLAY), denied(BELOW, ParentId=PLAY))
        assert ids(found) == {MANAGEMENT, PRODUCTION, STAGING}
        assert [one.key for one in found.troubles] == [LIST]
        assert not found.known

    def test_a_unit_whose_accounts_could_not_be_read_may_hold_anybody(self) -> None:
        tree = tuple(one for one in TREE if (one.name, one.parameters) != (BELOW, {"ParentId": PLAY}))
        found = roster(DESCRIBED, denied(LIST), *tree, denied(BELOW, ParentId=PLAY))
        assert ids(found) == {MANAGEMENT, PRODUCTION, STAGING}
        assert not found.known

    def test_roots_alone_tell_of_nobody(self) -> None:
        found = roster(DESCRIBED, denied(LIST), ROOTS)
        assert (found.accounts, found.known) == ((), False)

    def test_nobody_selected_is_a_trouble(self) -> None:
        (trouble,) = roster(*WHOLE, exclude=Members(accounts=(MANAGEMENT, PRODUCTION, STAGING, SANDBOX))).troubles
        assert "no account of the organization is selected" in trouble.detail
