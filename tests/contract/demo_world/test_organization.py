"""A schedule that names no account: the auditor finds them through AWS Organizations, and says whom it left out."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.aws import facts
from demo.aws.facts import MANAGEMENT, PRODUCTION, SANDBOX, STAGING
from demo.aws.seeding.cloud import Cloud, document
from demo.world import REPOSITORY, Ports, World
from nightaudit_auditor.collect.catalogue import read_catalogue
from nightaudit_auditor.views.policy import role_policies

MEMBER_ROLE, MEMBER_EXTERNAL_ID = "security/auditor", "one-for-all-members"
READER = {"roleARN": MANAGEMENT.role_arn, "externalID": MANAGEMENT.external_id}


@dataclass(frozen=True)
class Night:
    """What a run left behind: its exit status, its folder, and the findings."""

    status: int
    manifest: dict[str, Any]
    findings: list[dict[str, Any]]
    folder: Path

    @property
    def audited(self) -> dict[str, bool]:
        """Account id → whether its role could be assumed."""
        return {one["id"]: one["reachable"] for one in self.manifest["accounts"]}

    @property
    def left_out(self) -> dict[str, str]:
        """Account id → reason."""
        return {one["id"]: one["reason"] for one in self.manifest["leftOut"]}

    def problems(self, check: str) -> list[tuple[str, str]]:
        """(account, end of the resource's ARN) of the problems of a check."""
        found = [one for one in self.findings if one["check"] == check and one["status"] == "FAIL"]
        return sorted((one["account"]["id"], one["resource"]["arn"].rpartition("/")[2]) for one in found)

    def asked(self, snapshot: str) -> dict[str, str]:
        """What a snapshot holds of AWS Organizations: operation → outcome."""
        with gzip.open(self.folder / "metadata" / f"{snapshot}.jsonl.gz") as lines:
            records = [json.loads(line) for line in lines][1:-1]
        return {one["operation"]: one["outcome"] for one in records if one["service"] == "organizations"}


Audit = Callable[..., Night]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of its own: the accounts get a role for organizations, tags, and a sister that was closed."""
    started = World(state=tmp_path_factory.mktemp("organization"), ports=Ports.free())
    try:
        started.start()
        started.seed()
        cloud = Cloud(started.aws_url)
        client = cloud.home("organizations")
        for account in (PRODUCTION, STAGING, SANDBOX):
            member_role(cloud, account)
        client.tag_resource(ResourceId=PRODUCTION.id, Tags=[{"Key": "env", "Value": "prod-eu"}])
        client.tag_resource(ResourceId=STAGING.id, Tags=[{"Key": "env", "Value": "staging"}])
        client.close_account(AccountId=new_account(client, "old-shop"))
        yield started
    finally:
        started.stop()


def member_role(cloud: Cloud, account: facts.Account) -> None:
    trust = document(
        {
            "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT.id}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": MEMBER_EXTERNAL_ID}},
        }
    )
    path, name = MEMBER_ROLE.split("/")
    iam = cloud.client(account, "iam")
    iam.create_role(Path=f"/{path}/", RoleName=name, AssumeRolePolicyDocument=trust)
    for policy, text in role_policies(read_catalogue()).items():
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(text))


def new_account(client: Any, name: str) -> str:
    """The id of an account that the demo's facts do not know, made here."""
    made = client.create_account(AccountName=name, Email=f"aws+{name}@example.com")
    account: str = made["CreateAccountStatus"]["AccountId"]
    return account


@pytest.fixture
def audit(world: World, tmp_path: Path) -> Audit:
    """Run the auditor as on a laptop, with `spec.organization` as given; all runs of a test share their memory."""

    def run(
        accounts: list[dict[str, Any]] | None = None,
        exceptions: list[dict[str, Any]] | None = None,
        **organization: Any,
    ) -> Night:
        target = {"memberRoleName": MEMBER_ROLE, "memberExternalID": MEMBER_EXTERNAL_ID, **READER, **organization}
        spec = {
            "schedule": "17 3 * * *", "organization": target, "regions": {"include": [facts.HOME_REGION]},
            "storage": {"s3": {"bucket": facts.AUDIT_BUCKET}}, **({"accounts": accounts} if accounts else {}),
        }  # fmt: skip
        metadata = {"name": "organization", "namespace": "security"}
        body = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": metadata, "spec": spec}
        schedule = tmp_path / "schedule.yaml"
        schedule.write_text(yaml.safe_dump(body))
        excepted = tmp_path / "exceptions.yaml"
        excepted.write_text(yaml.safe_dump_all(exceptions or []))
        storage = tmp_path / "runs"
        ran = subprocess.run(
            [
                sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(schedule), "-x", str(excepted),
                "--storage", storage.as_uri(),
            ],
            env={"PATH": os.environ["PATH"], **world.environment()}, cwd=REPOSITORY, capture_output=True, text=True,
            check=False, timeout=180,
        )  # fmt: skip
        assert ran.returncode in (0, 1), ran.stderr
        manifest = max(storage.rglob("manifest.json"), key=lambda path: path.stat().st_mtime_ns)
        with gzip.open(manifest.with_name("findings.jsonl.gz")) as lines:
            findings = [json.loads(line) for line in lines]
        return Night(ran.returncode, json.loads(manifest.read_text()), findings, manifest.parent)

    return run


def unit_of(world: World, name: str) -> str:
    client = Cloud(world.aws_url).home("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    units = client.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    return str(next(unit["Id"] for unit in units if unit["Name"] == name))


def test_every_active_account_is_found_and_the_closed_one_is_listed(audit: Audit) -> None:
    night = audit(managementAccount="Exclude")
    assert night.audited == {PRODUCTION.id: True, STAGING.id: True, SANDBOX.id: True}
    assert {one["id"]: one["name"] for one in night.manifest["accounts"]}[SANDBOX.id] == "sandbox"
    assert night.left_out == {MANAGEMENT.id: "Excluded", "700000000001": "Suspended"}
    assert night.problems("AUDIT_DISCOVERY_INCOMPLETE") == night.problems("ORG_ACCOUNT_NOT_AUDITED") == []
    assert night.status == 0


def test_the_organization_is_read_once_and_members_are_not_asked_what_they_are_refused(audit: Audit) -> None:
    night = audit(managementAccount="Exclude")
    assert set(night.asked("organization").values()) == {"ok"}
    assert {
        "list_accounts", "list_accounts_for_parent", "list_organizational_units_for_parent", "list_delegated_administrators",
        "list_service_control_policies", "list_resource_control_policies", "list_targets_for_policy",
    } <= night.asked("organization").keys()  # fmt: skip
    assert night.asked(STAGING.id) == {"describe_organization": "ok"}


def test_the_management_account_is_audited_with_the_role_that_reads_the_organization(audit: Audit) -> None:
    night = audit(managementAccount="OrganizationRole")
    assert night.audited == {MANAGEMENT.id: True, PRODUCTION.id: True, STAGING.id: True, SANDBOX.id: True}
    # Its own snapshot tells what the organization's tells: checks and inventory find it there.
    assert night.asked(MANAGEMENT.id) == night.asked("organization")


def test_a_member_role_that_the_management_account_lacks_is_no_silence(audit: Audit) -> None:
    night = audit()
    assert night.audited[MANAGEMENT.id] is False
    assert [account for account, _ in night.problems("AUDIT_ACCOUNT_UNREACHABLE")] == [MANAGEMENT.id]
    assert night.manifest["result"] == "Partial"


def test_units_and_tags_choose_and_what_the_schedule_does_not_exclude_is_a_finding(world: World, audit: Audit) -> None:
    night = audit(
        managementAccount="Exclude", exclude={"organizationalUnits": [unit_of(world, "experiments")]},
        tagSelector=[{"key": "env", "values": ["prod-*"]}],
    )  # fmt: skip
    assert night.audited == {PRODUCTION.id: True}
    assert (night.left_out[SANDBOX.id], night.left_out[STAGING.id]) == ("Excluded", "TagsDiffer")
    # The account that answered is not audited, and yet speaks for its organization.
    assert night.problems("ORG_ACCOUNT_NOT_AUDITED") == [(MANAGEMENT.id, STAGING.id)]
    (finding,) = [one for one in night.findings if one["check"] == "ORG_ACCOUNT_NOT_AUDITED"]
    assert (finding["account"]["name"], "tag env is 'staging'" in finding["detail"]) == ("management", True)


def test_who_is_of_the_organization_is_known_although_nobody_else_is_audited(audit: Audit) -> None:
    night = audit(managementAccount="Exclude", include={"accounts": [PRODUCTION.id]})
    trusting = {name for _, name in night.problems("IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT")}
    assert (trusting & {"contractor", "staging-reader"}) == {"contractor"}


def test_a_delegated_administrator_may_read_the_organization(audit: Audit) -> None:
    reader = {"roleARN": PRODUCTION.role_arn, "externalID": PRODUCTION.external_id}
    assert audit(**reader, managementAccount="Exclude").audited.keys() == {PRODUCTION.id, STAGING.id, SANDBOX.id}


def test_an_entry_of_accounts_goes_before_the_organization(audit: Audit) -> None:
    entry = {"id": STAGING.id, "name": "ours", "roleARN": STAGING.role_arn, "externalID": STAGING.external_id}
    night = audit([entry], managementAccount="Exclude")
    assert night.manifest["accounts"][0]["name"] == "ours"
    # Its own role may not read databases, the members' may.
    assert night.problems("AUDIT_COLLECTION_DENIED") != []


class TestAnOrganizationThatCannotBeRead:
    def test_is_an_error_not_a_clean_night(self, audit: Audit) -> None:
        night = audit(roleARN=STAGING.role_arn, externalID=STAGING.external_id)
        assert night.manifest["result"] == "Error"
        assert night.problems("AUDIT_DISCOVERY_INCOMPLETE") == [("", "organization")]
        assert "list_accounts" in night.manifest["errors"][0]
        assert night.status == 1

    def test_leaves_the_named_accounts_audited(self, audit: Audit) -> None:
        entry = {"id": PRODUCTION.id, "roleARN": PRODUCTION.role_arn, "externalID": PRODUCTION.external_id}
        night = audit([entry], roleARN="arn:aws:iam::111111111111:role/nobody")
        assert night.audited == {PRODUCTION.id: True}
        assert night.manifest["result"] == "Partial"
        assert night.problems("AUDIT_DISCOVERY_INCOMPLETE") != []


class TestAnAccountThatLeavesTheOrganization:
    GONE, KNOWN = "ORG_ACCOUNT_DISAPPEARED", "ACCOUNT_NO_SECURITY_CONTACT"

    @pytest.fixture
    def visitor(self, world: World) -> Iterator[str]:
        """An account that can be audited as any other, and that a test may throw out."""
        cloud = Cloud(world.aws_url)
        client = cloud.home("organizations")
        made = new_account(client, "visitor")
        member_role(cloud, facts.Account(made, "visitor", ""))
        yield made
        if made in {one["Id"] for one in client.list_accounts()["Accounts"]}:
            client.remove_account_from_organization(AccountId=made)

    def remove(self, world: World, account: str) -> None:
        Cloud(world.aws_url).home("organizations").remove_account_from_organization(AccountId=account)

    def said(self, night: Night, check: str, account: str) -> list[tuple[str, str]]:
        """(status, state) of what a check says of an account."""
        every = [one for one in night.findings if one["check"] == check]
        about = [one for one in every if account in (one["account"]["id"], one["resource"]["arn"].rpartition("/")[2])]
        return [(one["status"], one["state"]) for one in about]

    def test_is_told_and_what_was_known_of_it_is_not_resolved(self, world: World, audit: Audit, visitor: str) -> None:
        first = audit(managementAccount="Exclude")
        assert first.audited[visitor]
        assert self.said(first, self.KNOWN, visitor) == [("FAIL", "OPEN")]
        self.remove(world, visitor)
        second = audit(managementAccount="Exclude")
        assert visitor not in second.audited
        assert second.problems(self.GONE) == [(MANAGEMENT.id, visitor)]
        assert self.said(second, self.GONE, visitor) == [("FAIL", "NEW")]
        assert self.said(second, self.KNOWN, visitor) == [("UNKNOWN", "OPEN")]
        assert [one for one in second.findings if one.get("state") == "RESOLVED"] == []
        (told,) = [one for one in second.findings if one["check"] == self.GONE]
        assert f"account {visitor} (visitor) is no longer in the organization" in told["detail"]

    def test_is_told_again_after_a_night_on_which_the_organization_could_not_be_read(
        self, world: World, audit: Audit, visitor: str
    ) -> None:
        audit(managementAccount="Exclude")
        self.remove(world, visitor)
        unread = audit(managementAccount="Exclude", roleARN=STAGING.role_arn, externalID=STAGING.external_id)
        assert self.said(unread, self.KNOWN, visitor) == [("UNKNOWN", "OPEN")]
        assert unread.problems(self.GONE) == []
        assert audit(managementAccount="Exclude").problems(self.GONE) == [(MANAGEMENT.id, visitor)]

    def test_is_silent_with_all_that_was_known_of_it_once_an_exception_says_that_it_should(
        self, world: World, audit: Audit, visitor: str
    ) -> None:
        audit(managementAccount="Exclude")
        self.remove(world, visitor)
        spec = {
            "match": {"checks": [self.GONE], "resources": [f"arn:aws:organizations::*:account/*/{visitor}"]},
            "reason": "sold to another company",
        }
        metadata = {"name": "sold", "namespace": "security"}
        excepted = {
            "apiVersion": "nightaudit.dev/v1alpha1",
            "kind": "AuditException",
            "metadata": metadata,
            "spec": spec,
        }
        second = audit(managementAccount="Exclude", exceptions=[excepted])
        assert self.said(second, self.GONE, visitor) == [("FAIL", "EXCEPTED")]
        assert self.said(second, self.KNOWN, visitor) == []

    def test_is_no_news_while_it_is_closed_and_listed(self, world: World, audit: Audit, visitor: str) -> None:
        audit(managementAccount="Exclude")
        client = Cloud(world.aws_url).home("organizations")
        client.close_account(AccountId=visitor)
        second = audit(managementAccount="Exclude")
        assert second.left_out[visitor] == "Suspended"
        self.remove(world, visitor)
        third = audit(managementAccount="Exclude")
        assert second.problems(self.GONE) == third.problems(self.GONE) == []
