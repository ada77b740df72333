"""The three kinds and their children as the API server gives them: only the fields that the operator uses."""

from __future__ import annotations

from typing import Literal

import msgspec

from nightaudit_operator.api.checks import Severity
from nightaudit_operator.api.conditions import Condition

RunResult = Literal["Pending", "Running", "Clean", "Findings", "Partial", "Error"]
FINISHED: frozenset[str] = frozenset({"Clean", "Findings", "Partial", "Error"})


class Read(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Camel-case JSON; fields that are not named here are ignored."""


class OwnerReference(Read, frozen=True, kw_only=True, rename="camel"):
    uid: str
    kind: str = ""
    name: str = ""
    controller: bool = False


class ManagedFields(Read, frozen=True, kw_only=True, rename="camel"):
    """Who set which fields; only the top level of `fieldsV1` matters here."""

    manager: str = ""
    operation: str = ""
    subresource: str = ""
    fields: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict, name="fieldsV1")


class Meta(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: str = ""
    deletion_timestamp: str | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()


# AuditSchedule ----------------------------------------------------------------------------------------------------


class SecretKeyRef(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    key: str


class Slack(Read, frozen=True, kw_only=True, rename="camel"):
    token_secret_ref: SecretKeyRef


class NotificationMatch(Read, frozen=True, kw_only=True, rename="camel"):
    checks: tuple[str, ...] = ()


class Notification(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    slack: Slack
    match: NotificationMatch = NotificationMatch()


class SeverityOverride(Read, frozen=True, kw_only=True, rename="camel"):
    check: str
    severity: Severity


class Checks(Read, frozen=True, kw_only=True, rename="camel"):
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    minimum_severity: Severity = "Info"
    severity_overrides: tuple[SeverityOverride, ...] = ()


class Topic(Read, frozen=True, kw_only=True, rename="camel"):
    topic_arn: str = msgspec.field(name="topicARN")


class Errors(Read, frozen=True, kw_only=True, rename="camel"):
    sns: Topic


class S3(Read, frozen=True, kw_only=True, rename="camel"):
    bucket: str
    region: str = ""


class Storage(Read, frozen=True, kw_only=True, rename="camel"):
    s3: S3


class Requirement(Read, frozen=True, kw_only=True, rename="camel"):
    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()


class LabelSelector(Read, frozen=True, kw_only=True, rename="camel"):
    """metav1.LabelSelector; empty, it selects everything."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[Requirement, ...] = ()


class ScheduleSpec(Read, frozen=True, kw_only=True, rename="camel"):
    """Seconds are whole; the defaults are the CRD's."""

    schedule: str
    storage: Storage
    time_zone: str = "Etc/UTC"
    suspend: bool = False
    starting_deadline_seconds: int = 3600
    run_deadline_seconds: int = 7200
    successful_runs_history_limit: int = 10
    failed_runs_history_limit: int = 5
    checks: Checks = Checks()
    exception_selector: LabelSelector | None = None
    notifications: tuple[Notification, ...] = ()
    errors: Errors | None = None
    resources: dict[str, object] | None = None


class LastRun(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    name: str
    result: RunResult
    completion_time: str = ""
    critical: int | None = None
    high: int | None = None
    new: int | None = None


class ScheduleStatus(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    cron_job_name: str = ""
    config_map_name: str = ""
    active_exceptions: int | None = None
    last_schedule_time: str = ""
    last_successful_time: str = ""
    next_schedule_time: str = ""
    missed_runs: int | None = None
    last_run: LastRun | None = None


# AuditException ---------------------------------------------------------------------------------------------------


class Match(Read, frozen=True, kw_only=True, rename="camel"):
    checks: tuple[str, ...] = ()


class ExceptionSpec(Read, frozen=True, kw_only=True, rename="camel"):
    match: Match = Match()
    expiry_time: str = ""


class ExceptionStatus(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    observed_generation: int = 0
    state: Literal["", "Active", "Expiring", "Expired"] = ""
    matched_findings: int | None = None
    last_match_time: str = ""
    conditions: tuple[Condition, ...] = ()


# AuditRun ---------------------------------------------------------------------------------------------------------


class RunSpec(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    schedule_name: str
    trigger: Literal["Scheduled", "Manual"] = "Manual"
    scheduled_time: str = ""


class AccountCounts(Read, frozen=True, kw_only=True, rename="camel"):
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    text: str = ""


class SeverityCounts(Read, frozen=True, kw_only=True, rename="camel"):
    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0


class StoredReport(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    uri: str
    sha256: str = ""
    url: str = ""


class NotificationStatus(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    delivered: bool
    reason: str = ""
    message: str = ""


class ExceptionMatch(Read, frozen=True, kw_only=True, rename="camel"):
    name: str
    count: int


class RunStatus(Read, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What is unknown is None or empty, and then absent; zero is written."""

    observed_generation: int = 0
    conditions: tuple[Condition, ...] = ()
    result: RunResult | None = None
    job_name: str = ""
    start_time: str = ""
    completion_time: str = ""
    duration_seconds: int | None = None
    accounts: AccountCounts | None = None
    findings: SeverityCounts | None = None
    new: int | None = None
    reopened: int | None = None
    resolved: int | None = None
    excepted: int | None = None
    unknown: int | None = None
    baseline: bool | None = None
    report: StoredReport | None = None
    exceptions_matched: int | None = None
    exception_matches: tuple[ExceptionMatch, ...] = ()
    notifications: tuple[NotificationStatus, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether the result is final."""
        return self.result in FINISHED
