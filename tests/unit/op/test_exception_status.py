"""An exception says whether it applies, for how long, and what it covers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nightaudit_operator.api.conditions import format_time
from nightaudit_operator.plan import exception_status


@pytest.fixture(scope="module")
def say(build):
    def say(exception, *schedules_and_runs, now=None):
        schedules = [item for item in schedules_and_runs if type(item).__name__ == "Schedule"]
        runs = [item for item in schedules_and_runs if type(item).__name__ == "Run"]
        return exception_status.status(exception, exception_status.told(schedules, runs), now or build.now)

    return say


def run(build, name, ended, matches=None, schedule="nightly", matched=None):
    counts = [{"name": key, "count": count} for key, count in (matches or {}).items()]
    status = {"result": "Findings", "completionTime": ended, "exceptionMatches": counts}
    if matches is not None:
        status["exceptionsMatched"] = matched if matched is not None else len(counts)
    return build.run(name, schedule=schedule, status=status)


class TestState:
    @pytest.mark.parametrize(
        ("left", "state", "condition"),
        [
            (None, "Active", "True/Active"),
            (timedelta(days=14, seconds=1), "Active", "True/Active"),
            (timedelta(days=14), "Expiring", "True/Expiring"),
            (timedelta(seconds=1), "Expiring", "True/Expiring"),
            (timedelta(0), "Expired", "False/Expired"),
            (timedelta(days=-1), "Expired", "False/Expired"),
        ],
    )
    def test_it_follows_the_expiry(self, build, say, reason, left, state, condition):
        fields = {} if left is None else {"expiryTime": format_time(build.now + left)}
        status = say(build.exception(**fields))
        assert (status.state, reason(status, "Active")) == (state, condition)

    def test_it_is_looked_at_again_when_time_changes_it(self, build):
        exception = build.exception(expiryTime=format_time(build.now + timedelta(days=20)))
        assert exception_status.changes_at(exception, build.now) == build.now + timedelta(days=6)
        assert exception_status.changes_at(exception, build.now + timedelta(days=10)) == build.now + timedelta(days=20)
        assert exception_status.changes_at(exception, build.now + timedelta(days=30)) is None
        assert exception_status.changes_at(build.exception(), build.now) is None

    def test_a_spec_that_cannot_be_read_does_not_apply(self, build, say, reason):
        status = say(build.exception(expiryTime=5))
        assert (status.state, reason(status, "Active")) == ("Expired", "False/InvalidException")


class TestMatches:
    def test_they_are_summed_over_the_latest_run_of_each_schedule(self, build, say):
        status = say(
            build.exception("known"),
            build.schedule("nightly"),
            build.schedule("weekly"),
            run(build, "n1", "2026-01-01T03:00:00Z", {"known": 9}),
            run(build, "n2", "2026-01-02T03:00:00Z", {"known": 2}),
            run(build, "w1", "2026-01-01T05:00:00Z", {"known": 3}, "weekly"),
        )
        assert status.matched_findings == 5
        assert status.last_match_time == "2026-01-02T03:00:00Z"

    def test_a_schedule_that_does_not_select_it_does_not_count(self, build, say):
        schedule = build.schedule(exceptionSelector={"matchLabels": {"team": "x"}})
        status = say(build.exception("known"), schedule, run(build, "n1", "2026-01-01T03:00:00Z", {"known": 9}))
        assert status.matched_findings == 0

    def test_what_was_left_out_is_unknown_and_named(self, build, say):
        status = say(build.exception("known"), build.schedule(), run(build, "n1", "2026-01-01T03:00:00Z"))
        assert status.matched_findings is None
        assert "n1 did not report" in status.conditions[0].message

    def test_what_was_cut_off_is_unknown(self, build, say):
        cut = run(build, "n1", "2026-01-01T03:00:00Z", {"other": 9}, matched=300)
        assert say(build.exception("known"), build.schedule(), cut).matched_findings is None

    def test_the_last_match_outlives_its_run(self, build, say):
        exception = build.exception("known", status={"lastMatchTime": "2025-06-01T00:00:00Z"})
        status = say(exception, build.schedule(), run(build, "n1", "2026-01-01T03:00:00Z", {}))
        assert (status.matched_findings, status.last_match_time) == (0, "2025-06-01T00:00:00Z")
