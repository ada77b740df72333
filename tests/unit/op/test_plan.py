"""What should exist: a pure function of the objects that exist."""

from __future__ import annotations

import base64
import gzip
import json
import random
from datetime import timedelta
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_operator.api import reasons
from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import planner, run_status
from nightaudit_operator.plan.death import Problem


def plan(build, schedule, *exceptions, now=None, **children):
    return planner.plan(build.config, schedule, exceptions, Children(**children), now or build.now)


def finished(build, name, result="Findings", owner="uid-nightly", ended="2026-01-02T03:05:00Z", **fields):
    status = {"result": result, "jobName": name, "completionTime": ended, **fields}
    return build.run(name, owner=owner, status=status)


class TestConfigMap:
    def test_it_holds_what_the_laptop_would_be_given(self, build):
        made = plan(build, build.schedule(), build.exception("b"), build.exception("a")).config_map
        document = json.loads(made["data"]["schedule.json"])
        assert document["kind"] == "AuditSchedule"
        assert document["spec"]["accounts"] == [{"id": "111111111111"}]
        assert set(document["metadata"]) == {"name", "namespace", "uid", "generation", "labels"}
        packed = base64.b64decode(made["binaryData"]["exceptions.json.gz"])
        assert packed[4:8] == bytes(4), "no time in the gzip header"
        listed = json.loads(gzip.decompress(packed))
        assert [item["metadata"]["name"] for item in listed] == ["a", "b"]
        assert set(listed[0]) == {"apiVersion", "kind", "metadata", "spec"}
        assert made["immutable"] is True

    def test_it_says_what_the_organization_is_where_no_account_is_named(self, build):
        organization = {"memberRoleName": "nightaudit", "tagSelector": [{"key": "env"}]}
        wanted = plan(build, build.schedule(accounts=None, organization=organization))
        spec = json.loads(wanted.config_map["data"]["schedule.json"])["spec"]
        assert spec["organization"] == organization
        assert wanted.cron_job is not None

    def test_a_change_of_an_exception_changes_its_name_and_the_cron_job_with_it(self, build):
        first = plan(build, build.schedule(), build.exception(reason="known and accepted"))
        second = plan(build, build.schedule(), build.exception(reason="known, and accepted again"))
        assert first.config_map_name != second.config_map_name
        volumes = second.cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["volumes"]
        assert volumes[0]["configMap"]["name"] == second.config_map_name

    def test_a_status_changes_nothing(self, build):
        plain, told = build.exception(), build.exception(status={"state": "Active", "matchedFindings": 4})
        assert plan(build, build.schedule(), plain).config_map == plan(build, build.schedule(), told).config_map

    @pytest.mark.parametrize(
        ("selector", "chosen"),
        [
            (None, ["a", "b", "c"]),
            ({}, ["a", "b", "c"]),
            ({"matchLabels": {"team": "x"}}, ["a"]),
            ({"matchExpressions": [{"key": "team", "operator": "In", "values": ["x", "y"]}]}, ["a", "b"]),
            ({"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["x"]}]}, ["b", "c"]),
            ({"matchExpressions": [{"key": "team", "operator": "Exists"}]}, ["a", "b"]),
            ({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}, ["c"]),
        ],
    )
    def test_the_selector_chooses_as_kubernetes_does(self, build, selector, chosen):
        exceptions = [build.exception("a", {"team": "x"}), build.exception("b", {"team": "y"}), build.exception("c")]
        fields = {} if selector is None else {"exceptionSelector": selector}
        made = plan(build, build.schedule(**fields), *exceptions).config_map
        listed = json.loads(gzip.decompress(base64.b64decode(made["binaryData"]["exceptions.json.gz"])))
        assert [item["metadata"]["name"] for item in listed] == chosen

    def test_more_than_a_config_map_holds_keeps_the_cron_job(self, build):
        noise = random.Random(1).randbytes(1_100_000).hex()  # noqa: S311 — only has to be incompressible
        planned = plan(
            build, build.schedule(), build.exception(reason=noise), cron_job=build.cron_job(config_map="old")
        )
        assert planned.problem.reason == reasons.TOO_MANY_EXCEPTIONS
        assert (planned.config_map, planned.cron_job, planned.config_map_name) == (None, None, "old")

    @pytest.mark.parametrize(
        ("job", "run", "kept"),
        [
            (None, None, False),
            ({}, None, True),
            ({"finished": "Complete"}, None, True),
            ({"finished": "Complete"}, "Findings", False),
            ({"finished": "Failed"}, "Running", True),
            ({"labels": {"nightaudit.dev/purpose": "notify"}}, None, True),
            ({"labels": {"nightaudit.dev/purpose": "notify"}, "finished": "Complete"}, None, False),
        ],
        ids=["no job", "unfinished", "not recorded", "recorded", "recording", "announcing", "announced"],
    )
    def test_it_is_kept_while_a_job_or_a_record_needs_it(self, build, job, run, kept):
        old, newer = build.config_map("nightly-0"), build.config_map("nightly-1", version=2)
        jobs = (build.job("j", **job),) if job is not None else ()
        runs = (build.run("j", owner="uid-nightly", status={"result": run, "jobName": "j"}),) if run else ()
        planned = plan(
            build, build.schedule(), config_maps=(old, newer), jobs=jobs, runs=runs, cron_job=build.cron_job()
        )
        assert (old not in planned.unused_config_maps) is kept

    def test_what_the_cron_job_still_names_is_kept(self, build):
        old, newer = build.config_map("nightly-0"), build.config_map("nightly-1", version=2)
        cron_job = build.cron_job(config_map="nightly-0")
        planned = plan(build, build.schedule(), config_maps=(old, newer), cron_job=cron_job)
        assert planned.unused_config_maps == ()

    def test_the_newest_that_nobody_names_is_kept_for_a_job_that_is_just_being_made(self, build):
        later = {"creationTimestamp": "2026-01-02T00:00:00Z"}
        maps = (
            build.config_map("nightly-c"),
            build.config_map("nightly-b", version=9, **later),
            build.config_map("nightly-a", version=10, **later),
        )
        planned = plan(build, build.schedule(), config_maps=maps, cron_job=build.cron_job(config_map="nightly-d"))
        assert [c.name for c in planned.unused_config_maps] == ["nightly-c", "nightly-b"]

    def test_another_s_is_neither_deleted_nor_counted(self, build):
        maps = (build.config_map("nightly-0"), build.config_map("nightly-1", version=2, owner="another"))
        assert plan(build, build.schedule(), config_maps=maps, cron_job=build.cron_job()).unused_config_maps == ()


class TestCronJob:
    def test_history_is_short_however_many_runs_are_kept(self, build):
        spec = plan(build, build.schedule(successfulRunsHistoryLimit=50, failedRunsHistoryLimit=1)).cron_job["spec"]
        assert (spec["successfulJobsHistoryLimit"], spec["failedJobsHistoryLimit"]) == (3, 1)

    def test_one_job_never_retries_but_survives_a_drain(self, build):
        spec = plan(build, build.schedule()).cron_job["spec"]["jobTemplate"]["spec"]
        assert spec["backoffLimit"] == 0
        assert spec["podFailurePolicy"]["rules"][0]["action"] == "Ignore"
        assert spec["template"]["spec"]["restartPolicy"] == "Never"
        assert "ttlSecondsAfterFinished" not in spec

    def test_the_auditor_has_no_kubernetes_identity(self, build):
        pod = plan(build, build.schedule()).cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False

    def test_tokens_are_single_keys_of_optional_secrets(self, build):
        slack = {"channel": "#x", "tokenSecretRef": {"name": "slack", "key": "token"}}
        pod = plan(build, build.schedule(notifications=[{"name": "security", "slack": slack}])).cron_job["spec"][
            "jobTemplate"
        ]["spec"]["template"]["spec"]
        volume = next(v for v in pod["volumes"] if v["name"] == "tokens")
        source = {"name": "slack", "optional": True, "items": [{"key": "token", "path": "security"}]}
        assert volume["projected"]["sources"] == [{"secret": source}]

    def test_resources_of_the_schedule_come_first(self, build):
        chosen = {"limits": {"memory": "1Gi"}}
        made = plan(build, build.schedule(resources=chosen)).cron_job
        assert made["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["resources"] == chosen


class TestRuns:
    def test_every_job_has_one_run(self, build):
        jobs = (build.job("a"), build.job("b"))
        runs = (build.run("a", owner="uid-nightly"),)
        planned = plan(build, build.schedule(), jobs=jobs, runs=runs, cron_job=build.cron_job())
        assert [item["metadata"]["name"] for item in planned.new_runs] == ["b"]

    def test_argo_cd_makes_the_cron_job_an_owner_that_does_not_control(self, build):
        owners = [{"apiVersion": "batch/v1", "kind": "CronJob", "name": "nightly", "uid": "uid-cron"}]
        job = build.job("a", ownerReferences=owners)
        planned = plan(build, build.schedule(), jobs=(job,), cron_job=build.cron_job())
        assert [item["metadata"]["name"] for item in planned.new_runs] == ["a"]

    @pytest.mark.parametrize(
        "change",
        [{"ownerReferences": []}, {"ownerReferences": [{"uid": "another", "controller": True}]}],
        ids=["nobody's", "another's"],
    )
    def test_a_job_that_only_carries_the_label_gets_none(self, build, change):
        job = build.job("a", **change)
        assert plan(build, build.schedule(), jobs=(job,), cron_job=build.cron_job()).new_runs == ()

    def test_a_job_of_a_stranger_s_cron_job_gets_none(self, build):
        cron_job = build.cron_job(owner="somebody")
        assert plan(build, build.schedule(), jobs=(build.job("a"),), cron_job=cron_job).new_runs == ()

    def test_a_job_that_is_being_deleted_is_no_news(self, build):
        job = build.job("a", deletionTimestamp="2026-01-02T00:00:00Z")
        assert plan(build, build.schedule(), jobs=(job,), cron_job=build.cron_job()).new_runs == ()

    @pytest.mark.parametrize(
        ("annotations", "spec"),
        [
            (
                {"batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-02T03:00:00Z"},
                {"trigger": "Scheduled", "scheduledTime": "2026-01-02T03:00:00Z"},
            ),
            ({"cronjob.kubernetes.io/instantiate": "manual"}, {"trigger": "Manual"}),
            ({}, {"trigger": "Manual"}),
        ],
    )
    def test_the_trigger_is_read_from_the_job(self, build, annotations, spec):
        jobs = (build.job("a", annotations=annotations),)
        planned = plan(build, build.schedule(), jobs=jobs, cron_job=build.cron_job())
        assert planned.new_runs[0]["spec"] == {"scheduleName": "nightly", **spec}

    def test_labels_and_annotations_of_the_schedule_are_not_copied(self, build):
        schedule = build.schedule(meta={"labels": {"argocd.argoproj.io/instance": "x"}})
        made = plan(build, schedule, jobs=(build.job("a"),), cron_job=build.cron_job()).new_runs[0]["metadata"]
        assert made["labels"] == {"nightaudit.dev/schedule": "nightly"}

    @pytest.mark.parametrize("labels", [{"nightaudit.dev/run-uid": "u"}, {"nightaudit.dev/purpose": "notify"}])
    def test_jobs_of_users_runs_and_notify_jobs_get_none(self, build, labels):
        job = build.job("a", labels=labels)
        assert plan(build, build.schedule(), jobs=(job,), cron_job=build.cron_job()).new_runs == ()

    def test_old_runs_go_but_not_before_their_jobs(self, build):
        runs = [finished(build, f"s{n}", ended=f"2026-01-0{n}T00:00:00Z") for n in range(1, 5)]
        runs += [finished(build, "e1", "Error"), finished(build, "e2", "Error")]
        schedule = build.schedule(successfulRunsHistoryLimit=2, failedRunsHistoryLimit=1)
        planned = plan(build, schedule, runs=tuple(runs), jobs=(build.job("s1", "Complete"),))
        assert [run.name for run in planned.old_runs] == ["e1", "s2"]

    def test_runs_of_users_are_theirs_to_delete(self, build):
        runs = tuple(finished(build, f"u{n}", owner="") for n in range(30))
        assert plan(build, build.schedule(successfulRunsHistoryLimit=1), runs=runs).old_runs == ()


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


class TestTheDead:
    def dead(self, build, schedule, ended="2026-01-02T11:00:00Z", **kwargs):
        pod = build.pod("dead-x", "dead", build.terminated("", 137, "OOMKilled"), phase="Failed")
        job = build.job("dead", "Failed", ended=ended)
        return plan(build, schedule, jobs=(job,), pods=(pod,), runs=(build.run("dead", owner="uid-nightly"),), **kwargs)

    def test_a_notify_job_tells_of_them(self, build, reason):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        change = self.dead(build, build.schedule(errors=topic)).run_changes[0]
        assert change.notify["metadata"]["name"] == "uid-dead-notify"
        assert change.notify["metadata"]["ownerReferences"][0]["kind"] == "AuditSchedule"
        container = change.notify["spec"]["template"]["spec"]["containers"][0]
        assert container["args"][3:7] == ["--run", "dead", "--reason", "OOMKilled"]
        assert "NIGHTAUDIT_DEADLINE_SECONDS" not in {entry["name"] for entry in container["env"]}
        assert reason(change.status, "Notified") == "Unknown/Announcing"

    @pytest.mark.parametrize("there", [True, False])
    def test_it_mounts_what_the_dead_run_mounted_or_else_what_is_there(self, build, there):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        maps = (build.config_map("nightly-0"),) if there else ()
        planned = self.dead(build, build.schedule(errors=topic), config_maps=maps)
        [config, *_] = planned.run_changes[0].notify["spec"]["template"]["spec"]["volumes"]
        assert config["configMap"]["name"] == ("nightly-0" if there else planned.config_map_name)

    def test_it_is_tried_again_but_not_after_a_configuration_error(self, build):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        spec = self.dead(build, build.schedule(errors=topic)).run_changes[0].notify["spec"]
        assert spec["backoffLimit"] == 2
        exit_codes = {"containerName": "auditor", "operator": "In", "values": [2]}
        assert spec["podFailurePolicy"]["rules"] == [{"action": "FailJob", "onExitCodes": exit_codes}]

    def test_it_has_the_installations_memory_not_what_the_dead_ran_out_of(self, build):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        change = self.dead(build, build.schedule(errors=topic, resources={"limits": {"memory": "1Mi"}})).run_changes[0]
        [container] = change.notify["spec"]["template"]["spec"]["containers"]
        assert container["resources"] != {"limits": {"memory": "1Mi"}}

    def test_nobody_is_told_when_nobody_asked(self, build, reason):
        change = self.dead(build, build.schedule()).run_changes[0]
        assert change.notify is None
        assert reason(change.status, "Notified") == "False/NotAnnounced"

    @pytest.mark.parametrize(
        ("finished_as", "told"),
        [("Complete", "True/Announced"), ("Failed", "False/AnnounceFailed"), (None, "False/AnnounceFailed")],
    )
    def test_its_end_is_the_run_s_notified(self, build, reason, finished_as, told):
        condition = {
            "type": "Notified",
            "status": "Unknown",
            "reason": "Announcing",
            "message": "",
            "lastTransitionTime": "x",
        }
        run = finished(build, "dead", "Error", conditions=[condition])
        notify = {"labels": {"nightaudit.dev/purpose": "notify"}, "annotations": {"nightaudit.dev/announces": "dead"}}
        jobs = (build.job("uid-dead-notify", finished_as, **notify),) if finished_as else ()
        change = plan(build, build.schedule(), runs=(run,), jobs=jobs).run_changes[0]
        assert reason(change.status, "Notified") == told
        assert change.status.result == "Error"


class TestOrderDoesNotMatter:
    @given(seed=st.randoms(use_true_random=False), copies=st.integers(1, 3))
    def test_replays_duplicates_and_reordering_give_the_same_plan(self, build, seed, copies):
        """Whatever order events come in, and however often, the cache and so the plan end the same."""
        from nightaudit_operator.cluster.cache import Cache

        things = [
            build.schedule(),
            build.exception("a"),
            build.exception("b"),
            build.cron_job(),
            build.job("one", "Complete"),
            build.job("two"),
            build.pod("one-x", "one", build.terminated(build.summary("one-x"))),
            build.run("one", owner="uid-nightly"),
            build.run("mine", uid="12345678"),
        ]
        newer = [msgspec.structs.replace(item, resource_version="2") for item in things]
        stream = (things + newer) * copies
        seed.shuffle(stream)
        cache = Cache()
        for item in [*stream, *newer]:
            cache.put(item)
        straight = Cache()
        for item in newer:
            straight.put(item)

        def planned(source):
            schedule = next(iter(source.schedules))
            exceptions = source.exceptions.group(schedule.namespace, "")
            return planner.plan(build.config, schedule, exceptions, source.children(*schedule.key), build.now)

        assert planned(cache) == planned(straight)

    def test_a_plan_that_was_carried_out_plans_no_status_again(self, build):
        run = build.run("now")
        waiting = run_status.waiting(run, Problem(reasons.SCHEDULE_NOT_FOUND, "x"), build.now)
        again = run_status.waiting(
            msgspec.structs.replace(run, status=waiting),
            Problem(reasons.SCHEDULE_NOT_FOUND, "x"),
            build.now + timedelta(hours=1),
        )
        assert again == waiting


class TestAScheduleThatIsNeverDue:
    @pytest.mark.parametrize(
        ("spec", "expected"),
        [
            ({"schedule": "0 0 30 2 *"}, "False/InvalidSchedule"),
            ({"schedule": "0 0 30 2 *", "suspend": True}, "True/Suspended"),
            ({"schedule": "0 0 29 2 *"}, "True/Scheduled"),
        ],
    )
    def test_says_so_itself_because_kubernetes_does_not(self, build, reason, spec, expected):
        schedule, now = build.schedule(**spec), build.now
        children = Children(cron_job=build.cron_job())
        planned = planner.plan(build.config, schedule, (), children, now)
        assert reason(planner.status(schedule, children, planned, None, now), "Ready") == expected
