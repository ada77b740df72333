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
        client.close_account(AccountId=closed_account(client))
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


def closed_account(client: Any) -> str:
    """The id of the one account that the demo's facts do not know, made here."""
    made = client.create_account(AccountName="old-shop", Email="aws+old-shop@example.com")
    account: str = made["CreateAccountStatus"]["AccountId"]
    return account


@pytest.fixture
def audit(world: World, tmp_path: Path) -> Audit:
    """Run the auditor as on a laptop, with `spec.organization` as given."""

    def run(accounts: list[dict[str, Any]] | None = None, **organization: Any) -> Night:
        target = {"memberRoleName": MEMBER_ROLE, "memberExternalID": MEMBER_EXTERNAL_ID, **READER, **organization}
        spec = {
            "schedule": "17 3 * * *", "organization": target, "regions": {"include": [facts.HOME_REGION]},
            "storage": {"s3": {"bucket": facts.AUDIT_BUCKET}}, **({"accounts": accounts} if accounts else {}),
        }  # fmt: skip
        metadata = {"name": "organization", "namespace": "security"}
        body = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": metadata, "spec": spec}
        schedule = tmp_path / "schedule.yaml"
        schedule.write_text(yaml.safe_dump(body))
        storage = tmp_path / "runs"
        ran = subprocess.run(
            [
                sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(schedule), "--storage", storage.as_uri(),
            ],
            env={"PATH": os.environ["PATH"], **world.environment()}, cwd=REPOSITORY, capture_output=True, text=True,
            check=False, timeout=180,
        )  # fmt: skip
        (manifest,) = storage.rglob("manifest.json")
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
        "list_service_control_policies", "list_resource_control_policies", "list_targets_for_policy", "describe_policy",
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
