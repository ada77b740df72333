"""What a schedule says of itself, above all whether its runs succeed when they are due."""

from __future__ import annotations

import msgspec
import pytest

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import parse_time
from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import schedule_status
from nightaudit_operator.plan.schedule_status import Problem


@pytest.fixture(scope="module")
def say(build):
    def say(schedule, now="2026-01-02T12:00:00Z", problem=None, **children):
        return schedule_status.status(
            schedule,
            Children(**children),
            problem=problem,
            config_map="nightly-0",
            active_exceptions=0,
            now=parse_time(now),
        )

    return say


@pytest.fixture(scope="module")
def live(say):
    """The schedule after its status was written at each of these moments."""

    def live(schedule, *moments, **children):
        for moment in moments:
            schedule = msgspec.structs.replace(schedule, status=say(schedule, moment, **children))
        return schedule

    return live


def succeeded(build, at):
    return build.run("ok", owner="uid-nightly", status={"result": "Clean", "completionTime": at})


class TestStale:
    """Daily at 03:00, two hours each, created at midnight of 1 January."""

    @pytest.mark.parametrize(
        ("now", "expected", "missed"),
        [
            ("2026-01-01T04:00:00Z", "False/OnTime", 0),
            ("2026-01-01T05:00:00Z", "False/OnTime", 1),
            ("2026-01-02T04:59:59Z", "False/OnTime", 1),
            ("2026-01-02T05:00:00Z", "True/MissedRuns", 2),
        ],
    )
    def test_two_due_times_and_the_deadline_without_a_success(self, build, say, reason, now, expected, missed):
        status = say(build.schedule(), now)
        assert (reason(status, "Stale"), status.missed_runs) == (expected, missed)

    def test_a_success_ends_it(self, build, live, reason):
        schedule = live(build.schedule(), "2026-01-05T12:00:00Z")
        assert reason(schedule.status, "Stale") == "True/MissedRuns"
        schedule = live(schedule, "2026-01-06T04:00:00Z", runs=(succeeded(build, "2026-01-06T03:30:00Z"),))
        assert (reason(schedule.status, "Stale"), schedule.status.missed_runs) == ("False/OnTime", 0)

    def test_an_error_does_not(self, build, say, reason):
        failed = build.run(
            "bad", owner="uid-nightly", status={"result": "Error", "completionTime": "2026-01-02T03:30:00Z"}
        )
        assert reason(say(build.schedule(), "2026-01-02T12:00:00Z", runs=(failed,)), "Stale") == "True/MissedRuns"

    def test_nothing_is_stale_while_suspended_or_just_resumed(self, build, live, reason):
        schedule = live(build.schedule(suspend=True), "2026-02-01T00:00:00Z")
        assert reason(schedule.status, "Stale") == "Unknown/Suspended"
        resumed = msgspec.structs.replace(build.schedule(), status=schedule.status)
        resumed = live(resumed, "2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z")
        assert reason(resumed.status, "Stale") == "False/OnTime"
        assert reason(live(resumed, "2026-02-03T12:00:00Z").status, "Stale") == "True/MissedRuns"

    def test_another_schedule_is_judged_from_its_beginning(self, build, live, reason):
        monthly = live(build.schedule(schedule="0 3 1 * *"), "2026-01-20T00:00:00Z")
        hourly = msgspec.structs.replace(build.schedule(schedule="0 * * * *"), status=monthly.status)
        assert reason(live(hourly, "2026-01-20T00:10:00Z").status, "Stale") == "Unknown/ScheduleChanged"
        hourly = live(hourly, "2026-01-20T00:10:00Z", "2026-01-20T00:11:00Z")
        assert reason(live(hourly, "2026-01-20T03:30:00Z").status, "Stale") == "False/OnTime"
        assert reason(live(hourly, "2026-01-20T04:30:00Z").status, "Stale") == "True/MissedRuns"

    def test_nothing_is_called_stale_while_runs_are_being_recorded(self, build, say, reason):
        jobs = (build.job("j", "Complete"),)
        status = say(build.schedule(), "2026-01-20T12:00:00Z", jobs=jobs, cron_job=build.cron_job())
        assert reason(status, "Stale") == "False/OnTime"

    @pytest.mark.parametrize("change", [{"ownerReferences": []}, {"deletionTimestamp": "2026-01-20T11:00:00Z"}])
    def test_a_job_that_will_never_be_recorded_hides_nothing(self, build, say, reason, change):
        jobs = (build.job("j", "Complete", **change),)
        status = say(build.schedule(), "2026-01-20T12:00:00Z", jobs=jobs, cron_job=build.cron_job())
        assert reason(status, "Stale") == "True/MissedRuns"


class TestReady:
    @pytest.mark.parametrize(
        ("problem", "abnormal"),
        [
            (reasons.NAME_CONFLICT, reasons.STALLED),
            (reasons.INVALID_SCHEDULE, reasons.STALLED),
            (reasons.TOO_MANY_EXCEPTIONS, reasons.STALLED),
            (reasons.FORBIDDEN, reasons.STALLED),
            (reasons.APPLY_FAILED, reasons.RECONCILING),
        ],
    )
    def test_a_problem_is_stalled_or_reconciling(self, build, say, reason, problem, abnormal):
        status = say(build.schedule(), problem=Problem(problem, "why"))
        assert reason(status, "Ready") == f"False/{problem}"
        assert reason(status, abnormal) == f"True/{problem}"
        assert status.next_schedule_time == ""

    def test_abnormal_conditions_are_absent_when_all_is_well(self, build, say):
        assert {c.type for c in say(build.schedule()).conditions} == {"Ready", "Stale", "ChecksRecognized"}

    def test_generations_are_observed(self, build, say):
        status = say(build.schedule(meta={"generation": 7}))
        assert status.observed_generation == 7
        assert {c.observed_generation for c in status.conditions} == {7}

    def test_transition_times_move_only_with_the_status(self, build, live):
        first = live(build.schedule(), "2026-01-01T01:00:00Z")
        later = live(first, "2026-01-01T02:00:00Z")
        assert first.status.conditions == later.status.conditions


class TestTimes:
    def test_the_next_run_is_in_the_schedule_s_zone(self, build, say):
        assert say(build.schedule(timeZone="Europe/Berlin")).next_schedule_time == "2026-01-03T02:00:00Z"

    def test_the_last_run_is_the_one_that_finished_last(self, build, say):
        findings = {"critical": 1, "high": 2, "medium": 0, "low": 0, "info": 0}
        runs = (
            build.run("a", status={"result": "Clean", "completionTime": "2026-01-01T04:00:00Z"}),
            build.run(
                "b",
                status={"result": "Findings", "completionTime": "2026-01-02T04:00:00Z", "findings": findings, "new": 3},
            ),
            build.run("c", status={"result": "Running"}),
        )
        last = say(build.schedule(), runs=runs).last_run
        assert (last.name, last.result, last.completion_time) == ("b", "Findings", "2026-01-02T04:00:00Z")
        assert (last.critical, last.high, last.new) == (1, 2, 3)

    def test_a_success_is_remembered_when_its_run_is_pruned(self, build, live):
        schedule = live(build.schedule(), "2026-01-01T05:00:00Z", runs=(succeeded(build, "2026-01-01T03:10:00Z"),))
        assert live(schedule, "2026-01-01T06:00:00Z").status.last_successful_time == "2026-01-01T03:10:00Z"

    def test_a_success_long_ago_counts_what_was_missed_since(self, build, say):
        status = say(build.schedule(), "2026-01-10T12:00:00Z", runs=(succeeded(build, "2026-01-05T03:10:00Z"),))
        assert status.missed_runs == 5
