"""What a notification is told: the news of a run, and what became of telling it."""

from __future__ import annotations

from typing import Literal

import msgspec

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.manifests.types import SeverityName

ResultName = Literal["Clean", "Findings", "Partial", "Error"]
Reason = Literal["Sent", "NothingToSend", "SecretMissing", "InvalidToken", "Rejected", "Unreachable", "RateLimited"]

SEVERITIES: tuple[SeverityName, ...] = ("Critical", "High", "Medium", "Low", "Info")
"""Worst first."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has to say. `time` is RFC 3339 in UTC.

    `accounts_failed` are lines of the form "id name: reason"; `counts` are the open problems by severity, without the
    excepted ones; `changes` never hold an excepted finding, and are empty for a baseline. `remediation` maps check ids
    to what to do about them, `aliases` to CloudMapper's ids for them.
    """

    schedule: str
    namespace: str
    run: str
    result: ResultName
    baseline: bool
    time: str
    accounts_total: int
    accounts_failed: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    excepted: int = 0
    unknown: int = 0
    changes: tuple[Change, ...] = ()
    report_uri: str = ""
    report_url: str = ""
    errors: tuple[str, ...] = ()
    remediation: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A run that died before it could speak: `reason` is Kubernetes' word for it (OOMKilled, DeadlineExceeded …)."""

    schedule: str
    namespace: str
    run: str
    reason: str
    message: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """What became of one notification. `undelivered` is what the next run must send first."""

    name: str
    delivered: bool
    reason: Reason
    message: str = ""
    undelivered: tuple[Change, ...] = ()
