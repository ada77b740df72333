"""Condition types and reasons. They are API: docs/api.md has a line for each, and a test holds the two together."""

from __future__ import annotations

from typing import Final

# Condition types.
READY: Final = "Ready"
RECONCILING: Final = "Reconciling"
STALLED: Final = "Stalled"
STALE: Final = "Stale"
ACTIVE: Final = "Active"
SUCCEEDED: Final = "Succeeded"
REPORT_STORED: Final = "ReportStored"
NOTIFIED: Final = "Notified"
CHECKS_RECOGNIZED: Final = "ChecksRecognized"

# AuditSchedule: Ready, Reconciling, Stalled.
SCHEDULED: Final = "Scheduled"
SUSPENDED: Final = "Suspended"
INVALID_SCHEDULE: Final = "InvalidSchedule"
NAME_CONFLICT: Final = "NameConflict"
TOO_MANY_EXCEPTIONS: Final = "TooManyExceptions"
INVALID_EXCEPTION: Final = "InvalidException"
FORBIDDEN: Final = "Forbidden"
APPLY_FAILED: Final = "ApplyFailed"

# AuditSchedule: Stale.
ON_TIME: Final = "OnTime"
MISSED_RUNS: Final = "MissedRuns"
SCHEDULE_CHANGED: Final = "ScheduleChanged"

# AuditSchedule and AuditException: ChecksRecognized.
ALL_RECOGNIZED: Final = "AllRecognized"
UNKNOWN_CHECKS: Final = "UnknownChecks"
NOT_EXCLUDABLE: Final = "NotExcludable"
INCLUDED_AND_EXCLUDED: Final = "IncludedAndExcluded"
OVERRIDDEN_TWICE: Final = "OverriddenTwice"
NOTHING_SELECTED: Final = "NothingSelected"

# AuditException: Active.
EXPIRING: Final = "Expiring"
EXPIRED: Final = "Expired"

# AuditRun: Succeeded. Clean, Findings and Partial are results too.
PENDING: Final = "Pending"
RUNNING: Final = "Running"
CLEAN: Final = "Clean"
FINDINGS: Final = "Findings"
PARTIAL: Final = "Partial"
WAITING_FOR_RUN: Final = "WaitingForRun"
SCHEDULE_NOT_FOUND: Final = "ScheduleNotFound"
SCHEDULE_NOT_READY: Final = "ScheduleNotReady"
AUDIT_FAILED: Final = "AuditFailed"
CONFIGURATION_INVALID: Final = "ConfigurationInvalid"
INVALID_SUMMARY: Final = "InvalidSummary"
OOM_KILLED: Final = "OOMKilled"
DEADLINE_EXCEEDED: Final = "DeadlineExceeded"
EVICTED: Final = "Evicted"
IMAGE_PULL_FAILED: Final = "ImagePullFailed"
CONTAINER_CONFIG_INVALID: Final = "ContainerConfigInvalid"
POD_NOT_CREATED: Final = "PodNotCreated"
POD_UNSCHEDULABLE: Final = "PodUnschedulable"
POD_FAILED: Final = "PodFailed"
JOB_FAILED: Final = "JobFailed"
JOB_LOST: Final = "JobLost"

# AuditRun: ReportStored.
STORED: Final = "Stored"
NOT_STORED: Final = "NotStored"
NOT_FINISHED: Final = "NotFinished"

# AuditRun: Notified. The auditor's own reasons for a delivery come through unchanged.
SENT: Final = "Sent"
NOTHING_TO_SEND: Final = "NothingToSend"
NOT_CONFIGURED: Final = "NotConfigured"
NOT_REPORTED: Final = "NotReported"
SECRET_MISSING: Final = "SecretMissing"  # noqa: S105 — a reason, not a secret
INVALID_TOKEN: Final = "InvalidToken"  # noqa: S105 — a reason, not a token
REJECTED: Final = "Rejected"
UNREACHABLE: Final = "Unreachable"
RATE_LIMITED: Final = "RateLimited"
ERRORS_TOPIC_FAILED: Final = "ErrorsTopicFailed"
ANNOUNCING: Final = "Announcing"
ANNOUNCED: Final = "Announced"
ANNOUNCE_FAILED: Final = "AnnounceFailed"
NOT_ANNOUNCED: Final = "NotAnnounced"
