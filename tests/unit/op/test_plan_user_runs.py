"""The plan for runs that users ask for, and how they keep out of the way of the scheduled ones."""

from __future__ import annotations

from typing import ClassVar

import pytest

from nightaudit_operator.api import reasons
from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import planner
from tests.unit.op.planning import plan


class TestRunsNeverOverlap:
    """`Forbid` counts only the Jobs that the CronJob controller made: during another run it is suspended."""

    MANUAL: ClassVar = {"cronjob.kubernetes.io/instantiate": "manual"}
    SCHEDULED: ClassVar = {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-02T03:00:00Z"}
    NOTIFY: ClassVar = {"nightaudit.dev/purpose": "notify"}

    def suspended(self, planned):
        return planned.cron_job["spec"]["suspend"]

    @pytest.mark.parametrize(
        ("job", "suspended"),
        [
            ({"annotations": MANUAL}, True),
            ({"annotations": MANUAL, "labels": {"nightaudit.dev/run-uid": "u"}}, True),
            ({"annotations": MANUAL, "deletionTimestamp": "2026-01-02T11:59:00Z"}, True),
            ({"annotations": MANUAL, "finished": "Complete"}, False),
            ({"annotations": SCHEDULED}, False),
            ({"labels": NOTIFY}, False),
            ({"annotations": MANUAL, "ownerReferences": []}, False),
        ],
        ids=["by hand", "a user's run", "being deleted", "ended", "scheduled", "notify", "a stranger's"],
    )
    def test_the_cron_job_is_suspended_while_another_s_run_is_under_way(self, build, reason, job, suspended):
        cron_job, schedule = build.cron_job(), build.schedule()
        children = Children(jobs=(build.job("j", **job),), cron_job=cron_job)
        planned = planner.plan(build.config, schedule, (), children, build.now)
        assert self.suspended(planned) is suspended
        status = planner.status(schedule, children, planned, None, build.now)
        assert reason(status, "Ready") == "True/Scheduled", "that is nobody's business"
        assert status.next_schedule_time

    def test_a_suspended_schedule_stays_so_when_the_run_ends(self, build):
        jobs = (build.job("j", "Complete", annotations=self.MANUAL),)
        assert self.suspended(plan(build, build.schedule(suspend=True), jobs=jobs, cron_job=build.cron_job()))

    def test_it_is_suspended_before_a_user_s_job_is_created(self, build):
        planned = plan(build, build.schedule(), runs=(build.run("now"),), cron_job=build.cron_job())
        assert len(planned.user_jobs) == 1
        assert self.suspended(planned)

    @pytest.mark.parametrize("refusal", [reasons.NAME_CONFLICT, reasons.FORBIDDEN])
    def test_a_user_s_job_that_was_refused_keeps_no_run_from_starting(self, build, refusal):
        refused = {"type": "Succeeded", "status": "Unknown", "reason": refusal, "message": "exceeded quota"}
        run = build.run("now", status={"result": "Pending", "conditions": [refused]})
        planned = plan(build, build.schedule(), runs=(run,), cron_job=build.cron_job())
        assert len(planned.user_jobs) == 1
        assert not self.suspended(planned)


class TestRunsThatUsersAskFor:
    def ask(self, build, name="now", uid="12345678-aaaa-bbbb-cccc-000000000000", **kwargs):
        return build.run(name, uid=uid, **kwargs)

    def test_the_job_is_named_after_the_run_and_made_from_the_template(self, build):
        planned = plan(build, build.schedule(), runs=(self.ask(build),), cron_job=build.cron_job())
        made = planned.user_jobs[0].manifest
        assert made["metadata"]["name"] == "nightly-12345678"
        assert made["metadata"]["labels"]["nightaudit.dev/run-uid"] == "12345678-aaaa-bbbb-cccc-000000000000"
        assert made["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
        assert made["spec"] == planned.cron_job["spec"]["jobTemplate"]["spec"]

    @pytest.mark.parametrize("length", [1, 52])
    def test_its_name_is_a_dns_label(self, build, length):
        name = "n" * length
        run = build.run("now", schedule=name)
        cron_job = build.cron_job(name, owner=f"uid-{name}")
        planned = plan(build, build.schedule(name), runs=(run,), cron_job=cron_job)
        assert len(planned.user_jobs[0].manifest["metadata"]["name"]) <= 63

    def reason_of(self, planned):
        return next(c.reason for c in planned.run_changes[0].status.conditions if c.type == "Succeeded")

    def test_it_waits_for_an_active_job(self, build):
        planned = plan(
            build, build.schedule(), runs=(self.ask(build),), cron_job=build.cron_job(), jobs=(build.job("j"),)
        )
        assert planned.user_jobs == ()
        assert self.reason_of(planned) == reasons.WAITING_FOR_RUN

    def test_finished_jobs_and_notify_jobs_are_not_waited_for(self, build):
        notify = build.job("n", labels={"nightaudit.dev/purpose": "notify"})
        jobs = (build.job("j", "Complete"), notify)
        planned = plan(build, build.schedule(), runs=(self.ask(build),), cron_job=build.cron_job(), jobs=jobs)
        assert len(planned.user_jobs) == 1

    def test_only_the_oldest_starts(self, build):
        later = self.ask(build, "a-later", "22222222", creationTimestamp="2026-01-02T00:00:00Z")
        planned = plan(build, build.schedule(), runs=(later, self.ask(build)), cron_job=build.cron_job())
        assert [order.run.name for order in planned.user_jobs] == ["now"]

    def test_without_a_schedule_it_is_pending(self, build):
        planned = plan(build, None, runs=(self.ask(build),))
        assert self.reason_of(planned) == reasons.SCHEDULE_NOT_FOUND
        assert planned.run_changes[0].status.result == "Pending"

    def test_without_a_cron_job_it_is_pending(self, build):
        planned = plan(build, build.schedule(), runs=(self.ask(build),))
        assert self.reason_of(planned) == reasons.SCHEDULE_NOT_READY

    def test_a_job_that_is_there_already_is_not_made_again(self, build):
        run = self.ask(build)
        job = build.job("nightly-12345678", labels={"nightaudit.dev/run-uid": run.uid})
        planned = plan(build, build.schedule(), runs=(run,), cron_job=build.cron_job(), jobs=(job,))
        assert planned.user_jobs == ()
        assert planned.run_changes[0].status.job_name == "nightly-12345678"

    def test_a_deleted_job_cancels_it_and_is_not_made_again(self, build):
        run = self.ask(build, status={"result": "Running", "jobName": "nightly-12345678"})
        planned = plan(build, build.schedule(), runs=(run,), cron_job=build.cron_job())
        assert planned.user_jobs == ()
        assert (planned.run_changes[0].absent_job, self.reason_of(planned)) == ("nightly-12345678", reasons.JOB_LOST)

    def test_a_finished_run_never_runs_again(self, build):
        run = self.ask(build, status={"result": "Error", "jobName": ""})
        assert plan(build, build.schedule(), runs=(run,), cron_job=build.cron_job()).user_jobs == ()
