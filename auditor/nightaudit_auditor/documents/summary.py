"""The run summary: what the auditor tells the operator, through the container's termination message.

Kubernetes keeps at most 4096 bytes of it (Pod lifecycle, "Termination message"), so the summary gives way in a fixed
order: first the exceptions' counts go whole, then the errors' texts shrink, then the notifications' messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, Literal

import msgspec

from nightaudit_auditor.report.visible import visible

SCHEMA: Final = "nightaudit.dev/run-summary/v1"
MAXIMUM_BYTES = 4096
ERROR_CHARACTERS = 300

ResultName = Literal["Clean", "Findings", "Partial", "Error"]


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """Camel-case JSON; every field is always written: the operator need not guess."""


class AccountTotals(_Part, frozen=True, rename="camel"):
    total: int
    succeeded: int
    failed: int


class SeverityCounts(_Part, frozen=True, rename="camel"):
    """Problems that count: all but those under an exception with effect Exclude."""

    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0

    @property
    def total(self) -> int:
        return self.critical + self.high + self.medium + self.low + self.info


class StoredReport(_Part, frozen=True, rename="camel"):
    uri: str
    sha256: str


class ExceptionMatches(_Part, frozen=True, rename="camel"):
    """How many findings each exception matched, by position in the file with this sha256."""

    digest: str
    matched: tuple[int, ...]


class NotificationOutcome(_Part, frozen=True, rename="camel"):
    name: str
    delivered: bool
    reason: str
    message: str = ""


class TopicOutcome(_Part, frozen=True, rename="camel"):
    delivered: bool
    message: str = ""


class RunSummary(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """See DESIGN's document 2. Times are RFC 3339 in UTC."""

    schema: Literal["nightaudit.dev/run-summary/v1"]
    run: str
    result: ResultName
    start_time: str
    completion_time: str
    accounts: AccountTotals
    findings: SeverityCounts
    new: int
    reopened: int
    resolved: int
    excepted: int
    unknown: int
    baseline: bool
    report: StoredReport | None
    notifications: tuple[NotificationOutcome, ...]
    errors: tuple[str, ...]
    error_count: int
    errors_topic: TopicOutcome | None = None
    exceptions: ExceptionMatches | None = None


def shorten(errors: Iterable[str], most: int = 10) -> tuple[str, ...]:
    """The first errors, each on one line of at most 300 characters, with nothing in it that a terminal obeys."""
    lines = [visible(" ".join(error.split())) for error in islice(errors, most)]
    return tuple(line if len(line) <= ERROR_CHARACTERS else line[: ERROR_CHARACTERS - 1] + "…" for line in lines)


def encode(summary: RunSummary) -> bytes:
    """The summary as JSON of at most 4096 bytes."""
    data = msgspec.json.encode(summary)
    if len(data) > MAXIMUM_BYTES and summary.exceptions is not None:
        summary = msgspec.structs.replace(summary, exceptions=None)
        data = msgspec.json.encode(summary)
    while len(data) > MAXIMUM_BYTES and summary.errors:
        summary = msgspec.structs.replace(summary, errors=summary.errors[:-1])
        data = msgspec.json.encode(summary)
    length = 120
    while len(data) > MAXIMUM_BYTES and length > 0:
        length -= 40
        told = tuple(msgspec.structs.replace(n, message=n.message[:length]) for n in summary.notifications)
        topic = summary.errors_topic and msgspec.structs.replace(
            summary.errors_topic, message=summary.errors_topic.message[:length]
        )
        summary = msgspec.structs.replace(summary, notifications=told, errors_topic=topic)
        data = msgspec.json.encode(summary)
    return data
