"""What should exist: a pure function of the objects that exist."""

from __future__ import annotations

import base64
import gzip
import json
import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_operator.api import reasons
from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import planner, run_status
from nightaudit_operator.plan.death import Problem
from tests.unit.op.planning import finished, plan


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
