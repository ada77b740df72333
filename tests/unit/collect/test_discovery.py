"""Accounts are discovered before any is collected, once a run, and whatever prevents that is in the result."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from aiohttp import web

from nightaudit_auditor.collect import Collection, collect
from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditSchedule,
    Metadata,
    OrganizationTarget,
    S3Storage,
    ScheduleSpec,
    Storage,
    TagMatch,
)
from nightaudit_auditor.organization.facts import TAGS
from nightaudit_auditor.snapshot import AccountData, Outcome, SnapshotWriter, open_organization, open_snapshot
from tests.unit.collect.conftest import IMPATIENT, Call, FakeAWS, refuse

MANAGEMENT, MEMBER, OUTSIDER = "111111111111", "222222222222", "555555555555"
READER = f"arn:aws:iam::{MANAGEMENT}:role/reader"
ORGANIZATION = OrganizationTarget(member_role_name="audit/nightaudit", role_arn=READER, external_id="reader")

Discover = Callable[..., Awaitable[Collection]]


def organization(call: Call) -> web.StreamResponse | None:
    """Two accounts and one service control policy, for whoever asks."""
    answers: dict[str, Any] = {
        "DescribeOrganization": {"Organization": {"Id": "o-1", "MasterAccountId": MANAGEMENT}},
        "ListAccounts": {"Accounts": [{"Id": id_, "Name": f"n{id_[0]}", "State": "ACTIVE"} for id_ in (MANAGEMENT, MEMBER)]},
        "ListRoots": {"Roots": [{"Id": "r-1"}]},
        "ListAccountsForParent": {"Accounts": [{"Id": id_, "State": "ACTIVE"} for id_ in (MANAGEMENT, MEMBER)]},
        "ListPolicies": {"Policies": [{"Id": "p-FullAWSAccess"}]},
    }  # fmt: skip
    return web.json_response(answers[call.operation]) if call.operation in answers else None


@pytest.fixture
def discover(
    aws: FakeAWS, session: botocore.session.Session, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Discover:
    """Collect a schedule with this organization and these accounts into tmp_path."""
    catalogue = load_catalogue(models)
    monkeypatch.setattr("nightaudit_auditor.collect.collector.Models", lambda _: models)
    monkeypatch.setattr("nightaudit_auditor.collect.collector.load_catalogue", lambda _: catalogue)
    aws.answer = organization

    async def run(
        target: OrganizationTarget = ORGANIZATION, *own: AccountTarget, deadline: float | None = None
    ) -> Collection:
        storage = Storage(s3=S3Storage(bucket="bucket"))
        spec = ScheduleSpec(schedule="@daily", storage=storage, accounts=own, organization=target)
        return await collect(
            AuditSchedule(metadata=Metadata(name="nightly"), spec=spec), SnapshotWriter(tmp_path, "nightly-1"),
            run="nightly-1", deadline=deadline, stop=asyncio.Event(), session=session, patience=IMPATIENT,
        )  # fmt: skip

    return run


def asked(data: AccountData) -> set[str]:
    return {name for name in data.operations() if name.startswith("organizations.")}


class TestDiscovery:
    async def test_finds_the_members_and_enters_them_through_their_role(self, aws: FakeAWS, discover: Discover) -> None:
        collection = await discover()
        assert [(one.account, one.name, one.reachable) for one in collection.accounts] == [
            (MANAGEMENT, "n1", True),
            (MEMBER, "n2", True),
        ]
        assumed = [call.form["RoleArn"] for call in aws.calls if call.operation == "AssumeRole"]
        assert assumed[0] == READER
        assert set(assumed[1:]) == {f"arn:aws:iam::{one}:role/audit/nightaudit" for one in (MANAGEMENT, MEMBER)}
        assert {call.form["RoleSessionName"] for call in aws.calls if call.operation == "AssumeRole"} == {"nightly-1"}

    async def test_tags_every_session_it_begins(self, aws: FakeAWS, discover: Discover) -> None:
        tags = {"team": "security", "Équipe": ""}
        await discover(OrganizationTarget(member_role_name="audit", role_arn=READER, session_tags=tags))
        sent = [call.form for call in aws.calls if call.operation == "AssumeRole"]
        assert len(sent) == 3
        for form in sent:
            assert (form["Tags.member.1.Key"], form["Tags.member.1.Value"]) == ("team", "security")
            assert form["Tags.member.2.Key"] == "Équipe"

    async def test_uses_the_runs_own_credentials_without_a_role(
        self, aws: FakeAWS, discover: Discover, tmp_path: Path
    ) -> None:
        await discover(OrganizationTarget(member_role_name="audit"))
        found = open_organization(tmp_path)
        assert found is not None
        assert found.account.id == MANAGEMENT
        assert {record.account for record in found.records("organizations.list_accounts")} == {MANAGEMENT}
        assert next(call for call in aws.calls if call.operation == "ListAccounts").key == "AKIDEXAMPLE"

    async def test_asks_each_thing_once_and_members_only_where_they_belong(
        self, aws: FakeAWS, discover: Discover, tmp_path: Path
    ) -> None:
        await discover()
        data = open_snapshot(tmp_path)
        found = open_organization(tmp_path)
        assert found is not None
        assert asked(data[MEMBER]) == {"organizations.describe_organization"}
        assert asked(data[MANAGEMENT]) == asked(found)
        for operation in (
            "ListAccounts",
            "ListRoots",
            "ListAccountsForParent",
            "DescribePolicy",
            "ListDelegatedAdministrators",
        ):
            assert aws.count(operation) == 1, operation
        assert aws.count("ListPolicies") == 2  # service and resource control policies

    async def test_an_account_of_another_organization_is_asked_about_its_own(
        self, discover: Discover, tmp_path: Path
    ) -> None:
        await discover(ORGANIZATION, AccountTarget(id=OUTSIDER, role_arn=f"arn:aws:iam::{OUTSIDER}:role/r"))
        data = open_snapshot(tmp_path)
        assert "organizations.list_accounts" in asked(data[OUTSIDER])
        assert TAGS not in asked(data[OUTSIDER])

    @pytest.mark.parametrize(("selector", "calls"), [((), 0), ((TagMatch(key="env"),), 2)])
    async def test_reads_tags_only_to_select_by_them(
        self, aws: FakeAWS, discover: Discover, selector: tuple[TagMatch, ...], calls: int
    ) -> None:
        def answer(call: Call) -> web.StreamResponse | None:
            if call.operation == "ListTagsForResource":
                return web.json_response({"Tags": [{"Key": "env", "Value": "prod"}]})
            return organization(call)

        aws.answer = answer
        collection = await discover(
            OrganizationTarget(member_role_name="audit", role_arn=READER, tag_selector=selector)
        )
        assert aws.count("ListTagsForResource") == calls
        assert len(collection.accounts) == 2

    async def test_does_not_follow_refused_roots(self, aws: FakeAWS, discover: Discover, tmp_path: Path) -> None:
        aws.answer = lambda call: (
            refuse(call, 400, "AccessDeniedException") if call.operation == "ListRoots" else organization(call)
        )
        collection = await discover()
        assert len(collection.accounts) == 2
        assert aws.count("ListPolicies") == aws.count("ListDelegatedAdministrators") == 0
        found = open_organization(tmp_path)
        assert found is not None
        record = found.record("organizations.list_service_control_policies")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "ParentNotRead")


class TestADiscoveryThatFails:
    OWN = AccountTarget(id=OUTSIDER, role_arn=f"arn:aws:iam::{OUTSIDER}:role/r")

    async def test_leaves_the_schedules_own_accounts(self, aws: FakeAWS, discover: Discover, tmp_path: Path) -> None:
        aws.answer = lambda call: (
            refuse(call, 403, "AccessDenied", "not authorized to perform: sts:TagSession")
            if call.form.get("RoleArn") == READER
            else organization(call)
        )
        collection = await discover(ORGANIZATION, self.OWN)
        assert [one.account for one in collection.accounts] == [OUTSIDER]
        (trouble,) = collection.roster.troubles
        assert f"{READER}: sts.assume_role: AccessDenied" in trouble.detail
        assert "sts:TagSession" in trouble.message
        found = open_organization(tmp_path)
        assert found is not None
        assert not found.reachable

    async def test_leaves_nobody_and_an_empty_snapshot_without_them(
        self, aws: FakeAWS, discover: Discover, tmp_path: Path
    ) -> None:
        aws.answer = lambda call: (
            refuse(call, 400, "AccessDeniedException", "no") if call.service == "organizations" else None
        )
        collection = await discover()
        assert collection.accounts == ()
        assert [one.key for one in collection.roster.troubles] == ["organizations.list_accounts"]
        assert list(open_snapshot(tmp_path)) == []

    async def test_through_credentials_of_nobody_is_said(
        self, discover: Discover, session: botocore.session.Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        collection = await discover(OrganizationTarget(member_role_name="audit"))
        (trouble,) = collection.roster.troubles
        assert "the run's own credentials" in trouble.detail
        assert "NoCredentials" in trouble.detail

    async def test_after_the_deadline_is_said(self, aws: FakeAWS, discover: Discover) -> None:
        collection = await discover(ORGANIZATION, deadline=time.monotonic() - 1)
        assert collection.halted == "DeadlineExceeded"
        assert "DeadlineExceeded" in collection.roster.troubles[0].detail
        assert aws.calls == []

    async def test_half_a_list_is_audited_and_said_to_be_half(self, aws: FakeAWS, discover: Discover) -> None:
        async def answer(call: Call) -> web.StreamResponse | None:
            if call.operation == "ListAccounts":
                token = json.loads(await call.request.text()).get("NextToken")
                accounts = {"Accounts": [{"Id": MANAGEMENT, "State": "ACTIVE"}], "NextToken": "more"}
                return refuse(call, 400, "AccessDeniedException") if token else web.json_response(accounts)
            return refuse(call, 400, "AccessDeniedException") if call.operation == "ListRoots" else organization(call)

        def scripted(call: Call) -> Any:
            return answer(call) if call.service == "organizations" else None

        aws.answer = scripted
        collection = await discover()
        assert [one.account for one in collection.accounts] == [MANAGEMENT]
        assert [one.key for one in collection.roster.troubles] == ["organizations.list_accounts"]
        assert not collection.roster.known
        assert aws.count("ListRoots") == 2  # whoever is audited is asked too, as somebody may answer
