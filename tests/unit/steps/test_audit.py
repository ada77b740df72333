"""What the audit says when the accounts were discovered, when they could not be, and of names that have no effect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nightaudit_auditor.findings.model import Status
from nightaudit_auditor.manifests.types import (
    AuditException,
    AuditSchedule,
    Checks,
    ExceptionSpec,
    Match,
    Members,
    Metadata,
    OrganizationTarget,
    S3Storage,
    ScheduleSpec,
    Storage,
    TagMatch,
)
from nightaudit_auditor.snapshot import AccountData, Outcome
from nightaudit_auditor.steps.audit import Judgement, audit
from tests.unit.checks.build import OWN, REGION, SISTER, STRANGER, account, denied, failed, ok

MANAGEMENT = "000000000001"
NIGHT = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
LIST = "organizations.list_accounts"


def organization(**states: str) -> AccountData:
    """What the management account says of itself, OWN, SISTER and STRANGER; ACTIVE unless told otherwise by name."""
    names = {"management": MANAGEMENT, "own": OWN, "sister": SISTER, "stranger": STRANGER}
    members = [
        {"Id": id_, "Name": name, "Arn": f"arn:x::{MANAGEMENT}:a/{id_}", "State": states.get(name, "ACTIVE")}
        for name, id_ in names.items()
    ]
    return account(
        ok("organizations.describe_organization", answer={"Organization": {"Id": "o", "MasterAccountId": MANAGEMENT}}),
        ok(LIST, answer={"Accounts": members}),
        id_=MANAGEMENT,
        regions=(),
    )


def judge(*accounts: AccountData, found: AccountData | None, **target: Any) -> Judgement:
    spec = ScheduleSpec(
        schedule="@daily", storage=Storage(s3=S3Storage(bucket="bucket")), checks=Checks(include=("ORG_*",)),
        organization=OrganizationTarget(member_role_name="audit", **target),
    )  # fmt: skip
    schedule = AuditSchedule(metadata=Metadata(name="nightly", namespace="security"), spec=spec)
    return audit({data.account.id: data for data in accounts}, schedule, (), NIGHT, {}, found)


def problems(judgement: Judgement, check: str) -> list[tuple[str, str]]:
    found = [f for f in judgement.findings if f.check == check and f.status is Status.FAIL]
    return [(f.account.id, f.detail) for f in found]


def member(id_: str) -> AccountData:
    """A discovered account, which was asked only where it belongs."""
    described = {"Organization": {"Id": "o", "MasterAccountId": MANAGEMENT}}
    return account(ok("organizations.describe_organization", answer=described), id_=id_)


class TestAccountsThatNobodyAudits:
    def test_are_told_by_the_account_that_answered_although_it_is_not_audited(self) -> None:
        judgement = judge(member(OWN), member(SISTER), found=organization(), include=Members(accounts=(OWN, SISTER)))
        told = problems(judgement, "ORG_ACCOUNT_NOT_AUDITED")
        assert [account for account, _ in told] == [MANAGEMENT, MANAGEMENT]
        assert [detail.split(":")[0] for _, detail in told] == [
            f"account {MANAGEMENT} (management) is not audited", f"account {STRANGER} (stranger) is not audited"
        ]  # fmt: skip
        (finding, _) = (f for f in judgement.findings if f.check == "ORG_ACCOUNT_NOT_AUDITED")
        assert finding.account.name == "management"
        assert ("ORG_ACCOUNT_NOT_AUDITED", MANAGEMENT, "global") in judgement.judged.scopes

    def test_are_no_finding_where_the_schedule_excludes_them(self) -> None:
        judgement = judge(
            member(OWN), member(SISTER), found=organization(stranger="SUSPENDED"), management_account="Exclude"
        )
        assert problems(judgement, "ORG_ACCOUNT_NOT_AUDITED") == []
        assert {one.id: one.reason for one in judgement.roster.left_out} == {
            MANAGEMENT: "Excluded", STRANGER: "Suspended"
        }  # fmt: skip
        assert judgement.judged.left_out == {MANAGEMENT, STRANGER}

    def test_are_told_by_the_account_that_answered_where_it_is_audited_and_once(self) -> None:
        found = organization()
        judgement = judge(member(OWN), found, found=found, include=Members(accounts=(OWN, MANAGEMENT)))
        assert [account for account, _ in problems(judgement, "ORG_ACCOUNT_NOT_AUDITED")] == [MANAGEMENT] * 2

    def test_are_told_although_the_members_role_is_missing_where_the_answer_came_from(self) -> None:
        closed = account(id_=MANAGEMENT, reachable=False)
        judgement = judge(member(OWN), member(SISTER), member(STRANGER), closed, found=organization())
        ((speaker, detail),) = problems(judgement, "ORG_ACCOUNT_NOT_AUDITED")
        assert (speaker, "could not be reached" in detail) == (MANAGEMENT, True)


class TestNamesOfChecks:
    def test_that_have_no_effect_are_warned_of_in_the_schedule_and_in_each_exception(self) -> None:
        storage = Storage(s3=S3Storage(bucket="bucket"))
        schedule = AuditSchedule(
            metadata=Metadata(name="nightly"),
            spec=ScheduleSpec(schedule="@daily", storage=storage, checks=Checks(exclude=("KMS_*", "KMZ_*"))),
        )
        exceptions = tuple(
            AuditException(
                metadata=Metadata(name=name), spec=ExceptionSpec(match=Match(checks=(glob,)), reason="known")
            )
            for name, glob in (("good", "S3_*"), ("bad", "S9_*"))
        )
        warnings = audit({}, schedule, exceptions, NIGHT, {}).warnings
        assert [warning.partition(" matches")[0] for warning in warnings] == [
            "spec.checks.exclude[1]: 'KMZ_*'",
            "AuditException bad: spec.match.checks[0]: 'S9_*'",
        ]


class TestACallThatWasNotMade:
    def test_for_want_of_what_another_service_lists_is_told_with_that_list_alone(self) -> None:
        zones = failed("route53.list_hosted_zones_by_vpc", outcome=Outcome.SKIPPED, code="ParentNotRead")
        data = account(denied("ec2.describe_vpcs", REGION), zones)
        spec = ScheduleSpec(
            schedule="@daily",
            storage=Storage(s3=S3Storage(bucket="bucket")),
            checks=Checks(include=("ROUTE53_VPC_ZONE_FOREIGN",)),
        )
        judgement = audit({OWN: data}, AuditSchedule(metadata=Metadata(name="nightly"), spec=spec), (), NIGHT, {})
        told = [f.evidence["operation"] for f in judgement.findings if f.check.startswith("AUDIT_COLLECTION_")]
        assert "ec2.describe_vpcs" in told
        assert "route53.list_hosted_zones_by_vpc" not in told


class TestADiscoveryThatFailed:
    REFUSED = account(denied("organizations.describe_organization"), denied(LIST), id_=MANAGEMENT, regions=())

    def test_is_a_finding_of_the_schedule(self) -> None:
        judgement = judge(member(OWN), found=self.REFUSED)
        ((owner, detail),) = problems(judgement, "AUDIT_DISCOVERY_INCOMPLETE")
        assert (owner, f"{LIST} in global: denied" in detail) == ("", True)
        assert not judgement.judged.accounts_known

    def test_does_not_know_that_an_undecided_account_is_left_out(self) -> None:
        judgement = judge(member(OWN), found=organization(sister="SUSPENDED"), tag_selector=(TagMatch(key="env"),))
        assert {one.reason for one in judgement.roster.left_out} == {"Suspended", "Undecided"}
        assert judgement.judged.left_out == {SISTER}

    def test_is_one_where_the_snapshot_was_collected_without_it(self) -> None:
        assert problems(judge(member(OWN), found=None), "AUDIT_DISCOVERY_INCOMPLETE") != []

    def test_resolves_when_it_succeeds_again(self) -> None:
        judgement = judge(member(OWN), found=organization())
        assert problems(judgement, "AUDIT_DISCOVERY_INCOMPLETE") == []
        assert ("AUDIT_DISCOVERY_INCOMPLETE", "", "global") in judgement.judged.scopes
        assert judgement.judged.accounts_known
