"""A night on which nobody may list the organization: what was said of accounts that nobody audits is neither true nor over."""

from __future__ import annotations

from datetime import timedelta

from nightaudit_auditor.findings.memory import compare
from nightaudit_auditor.findings.model import Status
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditSchedule,
    Checks,
    Metadata,
    S3Storage,
    ScheduleSpec,
    Storage,
)
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.steps.audit import Judgement, audit
from tests.unit.checks.build import OWN, STRANGER
from tests.unit.steps.test_departures import FIRST_NIGHT, manager, member, speechless

CHECK, LOW = "ORG_ACCOUNT_NOT_AUDITED", "000000000001"
MEMBER = member(LOW)


def judge(*accounts: AccountData) -> Judgement:
    spec = ScheduleSpec(
        schedule="@daily", storage=Storage(s3=S3Storage(bucket="bucket")), checks=Checks(include=(CHECK,)),
        accounts=tuple(AccountTarget(id=one.account.id) for one in accounts),
    )  # fmt: skip
    schedule = AuditSchedule(metadata=Metadata(name="nightly", namespace="security"), spec=spec)
    return audit({data.account.id: data for data in accounts}, schedule, (), FIRST_NIGHT, {})


def test_it_is_carried_over_although_somebody_else_says_that_nobody_may_list() -> None:
    listing = judge(manager(LOW, STRANGER), MEMBER)
    first = compare({}, listing.findings, listing.judged, FIRST_NIGHT)
    refused = judge(speechless(), MEMBER)
    second = compare(first.memory, refused.findings, refused.judged, FIRST_NIGHT + timedelta(days=1))
    assert second.resolved == ()
    assert sorted((f.account.id, f.status) for f in second.findings if f.check == CHECK) == [
        (LOW, Status.UNKNOWN), (OWN, Status.UNKNOWN)
    ]  # fmt: skip
