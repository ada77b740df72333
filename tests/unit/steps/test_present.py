"""What a run's readers are given: the news that the notifications choose from."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.memory import Comparison
from nightaudit_auditor.findings.model import AccountRef, ResourceRef
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
from nightaudit_auditor.steps.audit import audit
from nightaudit_auditor.steps.present import news_of
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


def test_a_notification_that_names_a_check_as_cloudmapper_did_hears_of_it() -> None:
    target = SlackTarget(channel="#security", token_secret_ref=SecretKeyRef(name="slack", key="token"))
    security = Notification(name="security", slack=target, match=NotificationMatch(checks=("KMS_PUBLIC",)))
    other = msgspec.structs.replace(CHANGE, check="KMS_ROTATION_OFF")
    assert split(news(CHANGE, other), (), security) == ((), (CHANGE,))
