"""The run summary fits into a termination message, whatever happened."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.documents.summary import (
    MAXIMUM_BYTES,
    SCHEMA,
    AccountTotals,
    ExceptionMatches,
    NotificationOutcome,
    RunSummary,
    SeverityCounts,
    StoredReport,
    TopicOutcome,
    encode,
    shorten,
)


def summary(**fields) -> RunSummary:
    return RunSummary(
        **(
            {
                "schema": SCHEMA,
                "run": "nightly-1-x",
                "result": "Findings",
                "start_time": "2026-11-20T03:17:00Z",
                "completion_time": "2026-11-20T03:18:00Z",
                "accounts": AccountTotals(3, 2, 1),
                "findings": SeverityCounts(critical=1),
                "new": 1,
                "reopened": 0,
                "resolved": 0,
                "excepted": 2,
                "unknown": 3,
                "baseline": False,
                "report": StoredReport("s3://b/k", "0" * 64),
                "notifications": (NotificationOutcome("security", True, "Sent"),),
                "errors": (),
                "error_count": 0,
            }
            | fields
        )
    )


def test_a_small_summary_is_written_whole():
    whole = summary(exceptions=ExceptionMatches("0" * 64, (1, 2)))
    assert msgspec.json.decode(encode(whole), type=RunSummary) == whole


def test_exception_counts_that_do_not_fit_are_left_out_whole():
    written = msgspec.json.decode(encode(summary(exceptions=ExceptionMatches("0" * 64, (1,) * 5000))), type=RunSummary)
    assert written.exceptions is None
    assert written.report is not None


def test_a_report_that_was_not_stored_is_said_so():
    assert b'"report":null' in encode(summary(report=None))


@given(
    st.lists(st.text(max_size=2000), max_size=40),
    st.lists(st.tuples(st.text(min_size=1, max_size=63), st.text(max_size=2000)), max_size=10),
    st.text(max_size=4000),
)
def test_it_never_exceeds_the_limit_and_stays_readable(errors, notifications, topic):
    told = tuple(NotificationOutcome(name, False, "Rejected", message) for name, message in notifications)
    data = encode(
        summary(
            errors=shorten(errors), error_count=len(errors), notifications=told, errors_topic=TopicOutcome(False, topic)
        )
    )
    assert len(data) <= MAXIMUM_BYTES
    read = msgspec.json.decode(data, type=RunSummary)
    assert read.error_count == len(errors)
    assert [n.name for n in read.notifications] == [name for name, _ in notifications]


def test_errors_are_single_lines_of_bounded_length():
    assert shorten(["a\nb", "x" * 1000]) == ("a b", "x" * 299 + "…")
    assert shorten(["a\x1b[31m\u202eb\x9b"]) == ("a⟨U+001B⟩[31m⟨U+202E⟩b⟨U+009B⟩",)
    assert len(shorten(["\u202e" * 300])[0]) == 300
