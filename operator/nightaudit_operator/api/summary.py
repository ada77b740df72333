"""The run summary: what the auditor says in its container's termination message (`nightaudit.dev/run-summary/v1`)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Word = Annotated[str, msgspec.Meta(pattern="^[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?$", max_length=64)]
Moment = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", max_length=35)
]


class InvalidSummaryError(ValueError):
    """The termination message is not a run summary; the text says why."""


class Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    total: Count
    succeeded: Count
    failed: Count


class Findings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    critical: Count = 0
    high: Count = 0
    medium: Count = 0
    low: Count = 0
    info: Count = 0


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    uri: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
    sha256: Digest


class ExceptionMatches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Findings that each exception covers, by its position in the ConfigMap's file with this SHA-256."""

    digest: Digest
    matched: tuple[Count, ...]


class Delivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=63)]
    delivered: bool
    reason: Word
    message: str = ""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    delivered: bool
    message: str = ""


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Fields that a newer auditor adds at the top are ignored; everything that is read is checked strictly."""

    schema: Literal["nightaudit.dev/run-summary/v1"]
    run: str
    result: Literal["Clean", "Findings", "Partial", "Error"]
    start_time: Moment
    completion_time: Moment
    accounts: Accounts
    findings: Findings
    new: Count
    reopened: Count
    resolved: Count
    excepted: Count
    unknown: Count
    baseline: bool = False
    report: Report | None = None
    exceptions: ExceptionMatches | None = None
    notifications: Annotated[tuple[Delivery, ...], msgspec.Meta(max_length=16)] = ()
    errors_topic: Topic | None = None
    errors: tuple[str, ...] = ()
    error_count: Count = 0


def parse(message: str, run: str) -> Summary:
    """The summary that the pod `run` left. Raises InvalidSummaryError saying what is wrong with it."""
    if not message.strip():
        raise InvalidSummaryError("the auditor left no termination message")
    try:
        summary = msgspec.json.decode(message.encode("utf-8", "surrogatepass"), type=Summary)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidSummaryError(f"the termination message is not a run summary: {error}") from error
    if summary.run != run:
        raise InvalidSummaryError(f"the termination message is of run {summary.run!r}, not of pod {run!r}")
    names = [delivery.name for delivery in summary.notifications]
    if len(set(names)) != len(names):
        raise InvalidSummaryError("the termination message names a notification twice")
    return summary
