"""Due times are those of the CronJob controller: wall-clock times, skipped and repeated as the clocks are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_operator.plan.times import due_times, next_due


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "expected"),
    [
        ("17 3 * * *", "Etc/UTC", "2026-01-01T03:17", ["2026-01-02T03:17", "2026-01-03T03:17"]),
        ("@daily", "Europe/Berlin", "2026-01-01T00:00", ["2026-01-01T23:00", "2026-01-02T23:00"]),
        ("@weekly", "Etc/UTC", "2026-01-01T00:00", ["2026-01-04T00:00"]),
        ("0 0 ? * MON-FRI", "Etc/UTC", "2026-01-02T12:00", ["2026-01-05T00:00"]),
        # Either day field may match when both are given.
        ("0 0 13 * 5", "Etc/UTC", "2026-01-08T12:00", ["2026-01-09T00:00", "2026-01-13T00:00", "2026-01-16T00:00"]),
        ("0 0 29 2 *", "Etc/UTC", "2026-01-01T00:00", ["2028-02-29T00:00"]),
        # Berlin's clocks skip 02:00-03:00 on 2026-03-29: not due that day.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00", ["2026-03-28T01:30", "2026-03-30T00:30"]),
        # They repeat 02:00-03:00 on 2026-10-25: due twice.
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00",
            ["2026-10-25T00:30", "2026-10-25T01:30", "2026-10-26T01:30"],
        ),
        (
            "*/30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00",
            ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"],
        ),
        # The second of the two, when asked in between.
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45", ["2026-10-25T01:30"]),
        # Lord Howe moves by half an hour.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["2026-10-04T15:15"],
        ),
    ],
)
def test_due_times(schedule, zone, after, expected):
    assert list(islice(due_times(schedule, zone, utc(after)), len(expected))) == [utc(moment) for moment in expected]


@pytest.mark.parametrize(
    ("schedule", "zone"), [("not cron", "Etc/UTC"), ("@hourly", "Mars/Olympus"), ("@hourly", "..")]
)
def test_what_cannot_be_understood_is_an_error_and_never_due(schedule, zone):
    with pytest.raises(ValueError, match=r"understood|unknown time zone"):
        due_times(schedule, zone, utc("2026-01-01T00:00"))
    assert next_due(schedule, zone, utc("2026-01-01T00:00")) is None


@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Etc/UTC", "Asia/Kolkata"]),
    after=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 — hypothesis takes naive bounds
)
def test_a_daily_schedule_is_due_in_order_strictly_later_and_within_two_days(minute, hour, zone, after):
    moment = after.replace(tzinfo=UTC)
    due = list(islice(due_times(f"{minute} {hour} * * *", zone, moment), 5))
    assert due == sorted(set(due))
    assert moment < due[0] <= moment + timedelta(hours=50)
