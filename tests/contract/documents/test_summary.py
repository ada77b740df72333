"""What the auditor encodes as its run summary, the operator reads, and it means the same."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.documents.summary import (
    MAXIMUM_BYTES,
    SCHEMA,
    AccountTotals,
    ExceptionMatches,
    NotificationOutcome,
    ResultName,
    RunSummary,
    SeverityCounts,
    StoredReport,
    TopicOutcome,
    encode,
    shorten,
)
from nightaudit_auditor.notify.model import Reason
from nightaudit_operator.api import reasons
from nightaudit_operator.api.summary import Summary, parse

COUNTS = st.integers(0, 10_000_000)
TEXTS = st.text('aZ0 .:/"\\\n\t\x00\x7fé€\u2028😀', max_size=400)
"""What JSON escapes, and what takes one to four bytes in UTF-8."""
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1)).map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}")  # noqa: DTZ001
LABELS = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)

SUMMARIES = st.builds(
    RunSummary,
    schema=st.just(SCHEMA),
    run=LABELS,
    result=st.sampled_from(get_args(ResultName)),
    start_time=MOMENTS,
    completion_time=MOMENTS,
    accounts=st.builds(AccountTotals, COUNTS, COUNTS, COUNTS),
    findings=st.builds(SeverityCounts, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS),
    new=COUNTS,
    reopened=COUNTS,
    resolved=COUNTS,
    excepted=COUNTS,
    unknown=COUNTS,
    baseline=st.booleans(),
    report=st.none() | st.builds(StoredReport, LABELS.map(lambda key: f"s3://bucket/{key}/report.html"), DIGESTS),
    notifications=st.lists(
        st.builds(NotificationOutcome, LABELS, st.booleans(), st.sampled_from(get_args(Reason)), TEXTS),
        max_size=10,
        unique_by=lambda outcome: outcome.name,
    ).map(tuple),
    errors=st.lists(TEXTS, max_size=12).map(shorten),
    error_count=COUNTS,
    errors_topic=st.none() | st.builds(TopicOutcome, st.booleans(), TEXTS),
    exceptions=st.none() | st.builds(ExceptionMatches, DIGESTS, st.lists(COUNTS, max_size=600).map(tuple)),
)


def read(summary: RunSummary) -> tuple[bytes, Summary]:
    data = encode(summary)
    return data, parse(data.decode(), summary.run)


@given(SUMMARIES)
def test_every_summary_fits_and_is_accepted(summary: RunSummary) -> None:
    data, read_back = read(summary)
    assert len(data) <= MAXIMUM_BYTES
    assert read_back.run == summary.run


@given(SUMMARIES)
def test_what_is_never_shortened_means_the_same(summary: RunSummary) -> None:
    _, told = read(summary)
    for field in ("accounts", "findings", "report"):
        assert msgspec.to_builtins(getattr(told, field)) == msgspec.to_builtins(getattr(summary, field))
    for field in ("result", "start_time", "completion_time", "new", "reopened", "resolved", "excepted", "unknown"):
        assert getattr(told, field) == getattr(summary, field)
    assert (told.baseline, told.error_count) == (summary.baseline, summary.error_count)
    assert [(n.name, n.delivered, n.reason) for n in told.notifications] == [
        (n.name, n.delivered, n.reason) for n in summary.notifications
    ]
    assert (told.errors_topic and told.errors_topic.delivered) == (
        summary.errors_topic and summary.errors_topic.delivered
    )


@given(SUMMARIES)
def test_what_is_shortened_is_a_beginning_or_left_out_whole(summary: RunSummary) -> None:
    _, told = read(summary)
    assert told.errors == summary.errors[: len(told.errors)]
    for outcome, original in zip(told.notifications, summary.notifications, strict=True):
        assert original.message.startswith(outcome.message)
    if told.exceptions is not None:
        assert summary.exceptions is not None
        assert told.exceptions.digest == summary.exceptions.digest
        assert told.exceptions.matched == summary.exceptions.matched


@settings(max_examples=50)
@given(SUMMARIES)
def test_a_summary_that_fits_is_not_shortened(summary: RunSummary) -> None:
    if len(msgspec.json.encode(summary)) > MAXIMUM_BYTES:
        summary = msgspec.structs.replace(summary, exceptions=None, errors=(), notifications=(), errors_topic=None)
    _, told = read(summary)
    assert told.errors == summary.errors
    assert (told.exceptions is None) == (summary.exceptions is None)
    assert [n.message for n in told.notifications] == [n.message for n in summary.notifications]


def test_the_two_agree_on_the_names_of_fields() -> None:
    written = {field.encode_name for field in msgspec.structs.fields(RunSummary)}
    assert written == {field.encode_name for field in msgspec.structs.fields(Summary)}


def test_every_reason_of_a_delivery_is_a_reason_of_the_api() -> None:
    assert set(get_args(Reason)) <= {value for name, value in vars(reasons).items() if name.isupper()}
