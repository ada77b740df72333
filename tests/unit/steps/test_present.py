"""What a run's readers are given: the settings in the report, and the news that the notifications choose from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.memory import Comparison
from nightaudit_auditor.findings.model import AccountRef, ResourceRef
from nightaudit_auditor.manifests.crds import definition
from nightaudit_auditor.manifests.types import (
    AuditSchedule,
    Metadata,
    Notification,
    NotificationMatch,
    S3Storage,
    ScheduleSpec,
    SecretKeyRef,
    SlackTarget,
    Storage,
)
from nightaudit_auditor.notify import News
from nightaudit_auditor.notify.select import split
from nightaudit_auditor.report import ReportModel
from nightaudit_auditor.steps.asked import settings_of
from nightaudit_auditor.steps.audit import audit
from nightaudit_auditor.steps.present import news_of, report_model
from nightaudit_auditor.steps.task import Task

NIGHT = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
SPEC = ScheduleSpec(schedule="@daily", storage=Storage(s3=S3Storage(bucket="bucket")))
NOTHING = Comparison((), (), {}, baseline=False)
CHANGE = Change(
    run="nightly-1",
    time="2026-11-23T03:20:00Z",
    kind="new",
    fingerprint="0" * 64,
    check="KMS_KEY_PUBLIC",
    severity="Critical",
    tier="A",
    account=AccountRef(id="111111111111"),
    region="eu-central-1",
    resource=ResourceRef(arn="arn:aws:kms:eu-central-1:111111111111:key/1", type="AWS::KMS::Key", name="1"),
    title="Anyone may use the key",
    detail="to everyone",
)


def task(spec: ScheduleSpec = SPEC) -> Task:
    schedule = AuditSchedule(metadata=Metadata(name="nightly", namespace="security"), spec=spec)
    return Task(
        schedule=schedule, exceptions=(), exceptions_digest="", run="nightly-1", started=NIGHT, token=lambda _: "",
        slack_api_url="",
    )  # fmt: skip


def news(*changes: Change) -> News:
    judgement = audit({}, task().schedule, (), NIGHT, {})
    return news_of(
        task(), judgement, NOTHING, changes, (), result="Findings", errors=(), report_uri="", completed=NIGHT
    )


def report(**spec: Any) -> ReportModel:
    asked = task(msgspec.convert({"schedule": "@daily", "storage": {"s3": {"bucket": "bucket"}}, **spec}, ScheduleSpec))
    judgement = audit({}, asked.schedule, (), NIGHT, {})
    return report_model(asked, judgement, NOTHING, {}, (), result="Clean", errors=(), completed=NIGHT)


def shown(**spec: Any) -> dict[str, tuple[str, ...]]:
    """What the report shows as said by the schedule itself."""
    return {row.path: row.values for row in report(**spec).settings if not row.default}


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The paths of what can be said below a part of the spec."""
    for name, field in schema["properties"].items():
        if "properties" in field:
            yield from fields(field, f"{path}{name}.")
        else:
            yield path + name


class TestSettings:
    def test_every_field_that_the_api_has_for_how_checks_judge_is_shown(self) -> None:
        spec = definition("AuditSchedule").schema["properties"]["spec"]["properties"]
        known = {path for name in ("regions", "checks", "trust", "expect") for path in fields(spec[name], f"{name}.")}
        assert {row.path for row in settings_of(SPEC)} == known

    def test_what_the_schedule_says_is_shown_with_its_values(self) -> None:
        overrides = [{"check": "KMS_PUBLIC", "severity": "Low"}]
        parameters = {"unusedDays": 60, "twoKeysDays": 14}
        checks = {
            "include": ["KMS_*"],
            "minimumSeverity": "Low",
            "severityOverrides": overrides,
            "parameters": parameters,
        }
        expect = {"knownCIDRs": ["203.0.113.0/24", "2001:db8::/32"], "admins": ["arn:aws:iam::*:role/Admin"]}
        assert shown(checks=checks, trust={"knownVendors": False}, expect=expect) == {
            "checks.include": ("KMS_*",),
            "checks.minimumSeverity": ("Low",),
            "checks.severityOverrides": ("KMS_PUBLIC: Low",),
            "checks.parameters.unusedDays": ("60 days",),
            "trust.knownVendors": ("false",),
            "expect.admins": ("arn:aws:iam::*:role/Admin",),
            "expect.knownCIDRs": ("203.0.113.0/24", "2001:db8::/32"),
        }

    def test_what_it_does_not_say_is_shown_with_what_holds_then(self) -> None:
        rows = {row.path: row for row in report().settings}
        assert rows["checks.parameters.roleUnusedDays"].values == ("180 days",)
        assert rows["checks.exclude"].values == ()
        assert all(row.default for row in rows.values())

    def test_the_checks_that_ran_and_those_that_did_not_are_all_there_are(self) -> None:
        model = report(checks={"exclude": ["KMS_*"]})
        assert "KMS_KEY_PUBLIC" in model.not_run
        assert "S3_BUCKET_PUBLIC_ACL" in model.ran
        assert sorted(model.ran + model.not_run) == sorted(load().checks)


def test_a_notification_that_names_a_check_as_cloudmapper_did_hears_of_it() -> None:
    target = SlackTarget(channel="#security", token_secret_ref=SecretKeyRef(name="slack", key="token"))
    security = Notification(name="security", slack=target, match=NotificationMatch(checks=("KMS_PUBLIC",)))
    other = msgspec.structs.replace(CHANGE, check="KMS_ROTATION_OFF")
    assert split(news(CHANGE, other), (), security) == ((), (CHANGE,))
