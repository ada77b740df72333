"""The operator may be killed at any moment: started again, it reaches the same state."""

from __future__ import annotations

import copy
import json
from contextlib import suppress

import pytest

from nightaudit_operator.api import reasons
from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.cluster.gateway import Gateway
from nightaudit_operator.cluster.port import ApiError
from nightaudit_operator.metrics import Metrics
from nightaudit_operator.reconciler.controller import SCHEDULE, Controller, ReconciliationError, Work
from tests.unit.op.fake import CrashError, FakeCluster


def world(build) -> FakeCluster:
    """A schedule that was changed, with two old ConfigMaps, a tampered CronJob, a run that ended, one that died, one that a
    user asks for, one that has to go, and an exception."""
    cluster = FakeCluster()
    topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
    labels = {"nightaudit.dev/schedule": "nightly"}
    cluster.put(
        "auditschedules",
        {
            "metadata": build.meta("nightly"),
            "spec": {
                "schedule": "0 3 * * *",
                "storage": {"s3": {"bucket": "b"}},
                "errors": topic,
                "failedRunsHistoryLimit": 1,
            },
        },
    )
    cluster.put(
        "auditexceptions",
        {"metadata": build.meta("known"), "spec": {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"}},
    )
    foreign = [{"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {}}}]
    cluster.put(
        "cronjobs",
        {
            "metadata": build.meta("nightly", "cron", owner="uid-nightly", managedFields=foreign),
            "spec": {"schedule": "* * * * *", "evil": True},
        },
    )
    for name in ("nightly-old", "nightly-spare"):
        cluster.put("configmaps", {"metadata": build.meta(name, owner="uid-nightly", labels=labels)})
    for name, message, code in (("ended", build.summary("ended-x"), 0), ("died", "", 1)):
        condition = {
            "type": "Complete" if code == 0 else "Failed",
            "status": "True",
            "lastTransitionTime": build.meta("x")["creationTimestamp"],
        }
        cluster.put(
            "jobs", {"metadata": build.meta(name, owner="cron", labels=labels), "status": {"conditions": [condition]}}
        )
        state = build.terminated(message, code)
        cluster.put(
            "pods",
            {
                "metadata": build.meta(f"{name}-x", owner=f"uid-{name}", labels=labels),
                "status": {"phase": "Failed", "containerStatuses": [{"name": "auditor", "state": state}]},
            },
        )
    cluster.put("auditruns", {"metadata": build.meta("asked", "12345678-aaaa"), "spec": {"scheduleName": "nightly"}})
    old = {"result": "Error", "jobName": "old", "completionTime": "2025-12-01T00:00:00Z"}
    for name in ("old-1", "old-2"):
        cluster.put(
            "auditruns",
            {"metadata": build.meta(name, owner="uid-nightly"), "spec": {"scheduleName": "nightly"}, "status": old},
        )
    return cluster


async def settle(build, cluster: FakeCluster) -> None:
    """A fresh operator works until nothing changes any more."""
    cache = Cache()
    controller = Controller(build.config, Gateway(cluster, cache), Metrics(cache), clock=lambda: build.now)
    try:
        for _ in range(20):
            before = len(cluster.writes)
            await controller.sync()
            while len(controller.queue):
                work = await controller.queue.get()
                try:
                    await controller.reconcile(work)
                except (ApiError, ReconciliationError):
                    pass
                finally:
                    controller.queue.done(work)
            if len(cluster.writes) == before:
                return
        raise AssertionError(f"it does not come to rest: {cluster.writes[-20:]}")
    finally:
        controller.queue.close()


async def test_it_comes_to_rest_where_it_should(build):
    cluster = world(build)
    await settle(build, cluster)
    runs = {name: item["status"]["result"] for (kind, name), item in cluster.objects.items() if kind == "auditruns"}
    assert runs == {"ended": "Findings", "died": "Error", "asked": "Pending"} | {
        name: "Error" for name in runs if name.startswith("old")
    }
    assert ("jobs", "uid-died-notify") in cluster.objects
    assert ("jobs", "nightly-12345678") in cluster.objects
    assert ("configmaps", "nightly-old") not in cluster.objects
    assert ("configmaps", "nightly-spare") in cluster.objects
    cron_job = cluster.objects["cronjobs", "nightly"]
    assert "evil" not in cron_job["spec"]
    assert {entry["manager"] for entry in cron_job["metadata"]["managedFields"]} == {"nightaudit-operator"}
    assert cron_job["spec"]["suspend"] is True, "the user's run is under way"
    conditions = cluster.objects["auditschedules", "nightly"]["status"]["conditions"]
    assert {c["type"]: c["reason"] for c in conditions}["Ready"] == reasons.SCHEDULED


async def test_killed_after_any_write_it_reaches_the_same_state(build):
    straight = world(build)
    await settle(build, straight)
    assert len(straight.writes) > 12
    for calls in range(len(straight.writes)):
        cluster = world(build)
        cluster.crash_after = calls
        with pytest.raises(CrashError):
            await settle(build, cluster)
        cluster.crash_after = None
        await settle(build, cluster)
        assert cluster.state() == straight.state(), f"killed after write {calls}: {straight.writes[calls]}"


async def test_a_transition_gives_the_same_event_after_a_crash(build):
    def alone() -> FakeCluster:
        cluster = FakeCluster()
        cluster.put(
            "auditschedules",
            {"metadata": build.meta("nightly"), "spec": {"schedule": "0 3 * * *", "storage": {"s3": {"bucket": "b"}}}},
        )
        return cluster

    straight, cut = alone(), alone()
    await settle(build, straight)
    cut.crash_after = straight.writes.index("status auditschedules nightly")
    with pytest.raises(CrashError):
        await settle(build, cut)
    cut.crash_after = None
    await settle(build, cut)
    told = [sorted(name for kind, name in cluster.objects if kind == "events") for cluster in (straight, cut)]
    assert told[0]
    assert told[0] == told[1]


class TestRefusals:
    """What the API server refuses is a condition, and the rest is done all the same."""

    @pytest.mark.parametrize(
        ("status", "reason", "kind"),
        [
            (422, reasons.INVALID_SCHEDULE, reasons.STALLED),
            (403, reasons.FORBIDDEN, reasons.STALLED),
            (500, reasons.APPLY_FAILED, reasons.RECONCILING),
            (0, reasons.APPLY_FAILED, reasons.RECONCILING),
        ],
    )
    async def test_a_refused_cron_job(self, build, status, reason, kind):
        cluster = world(build)
        cluster.refusals["cronjobs", "nightly"] = ApiError(status, "No", "spec.timeZone: unknown")
        await settle(build, cluster)
        conditions = {c["type"]: c for c in cluster.objects["auditschedules", "nightly"]["status"]["conditions"]}
        assert (conditions["Ready"]["status"], conditions["Ready"]["reason"]) == ("False", reason)
        assert "spec.timeZone: unknown" in conditions["Ready"]["message"]
        assert conditions[kind]["status"] == "True"
        assert cluster.objects["auditruns", "ended"]["status"]["result"] == "Findings"

    async def test_a_stranger_s_run_is_left_alone_and_named(self, build):
        cluster = world(build)
        cluster.put(
            "auditruns",
            {"metadata": build.meta("died", "theirs", owner="somebody"), "spec": {"scheduleName": "nightly"}},
        )
        before = copy.deepcopy(cluster.objects["auditruns", "died"])
        await settle(build, cluster)
        assert cluster.objects["auditruns", "died"] == before
        ready = next(
            c for c in cluster.objects["auditschedules", "nightly"]["status"]["conditions"] if c["type"] == "Ready"
        )
        assert ready["reason"] == reasons.NAME_CONFLICT
        assert "AuditRun died" in ready["message"]
        assert cluster.objects["auditruns", "ended"]["status"]["result"] == "Findings", "later Jobs are recorded"
        assert ("jobs", "nightly-12345678") in cluster.objects, "a user's run starts"
        assert ("configmaps", "nightly-old") not in cluster.objects, "old ConfigMaps go"

    async def test_a_cron_job_that_cannot_be_brought_up_to_date_does_not_stay_suspended(self, build):
        cluster = world(build)
        await settle(build, cluster)
        assert cluster.objects["cronjobs", "nightly"]["spec"]["suspend"], "a user's run is under way"
        cluster.refusals["cronjobs", "nightly"] = ApiError(422, "Invalid", "spec.timeZone: unknown")
        del cluster.objects["jobs", "nightly-12345678"]
        await settle(build, cluster)
        assert cluster.objects["cronjobs", "nightly"]["spec"]["suspend"] is False

    async def test_a_user_s_run_waits_for_a_schedule_that_is_not_ready(self, build):
        cluster = world(build)
        cluster.refusals["cronjobs", "nightly"] = ApiError(422, "Invalid", "spec.timeZone: unknown")
        await settle(build, cluster)
        run = cluster.objects["auditruns", "asked"]["status"]
        assert {c["type"]: c["reason"] for c in run["conditions"]}["Succeeded"] == reasons.SCHEDULE_NOT_READY

    @pytest.mark.parametrize("status", [400, 403, 422])
    async def test_a_notify_job_that_is_refused_is_said_on_the_run(self, build, status):
        cluster = world(build)
        cluster.refusals["jobs", "uid-died-notify"] = ApiError(status, "Forbidden", "exceeded quota: jobs")
        await settle(build, cluster)
        run = cluster.objects["auditruns", "died"]["status"]
        told = {c["type"]: c for c in run["conditions"]}
        assert (run["result"], told["Succeeded"]["reason"]) == ("Error", reasons.POD_FAILED)
        assert (told["Notified"]["status"], told["Notified"]["reason"]) == ("False", reasons.ANNOUNCE_FAILED)
        assert "exceeded quota: jobs" in told["Notified"]["message"]

    @pytest.mark.parametrize("status", [0, 429, 500])
    async def test_a_notify_job_that_may_succeed_later_holds_up_its_own_run_alone(self, build, status):
        cluster = world(build)
        cluster.refusals["jobs", "uid-died-notify"] = ApiError(status, "No", "not now")
        await settle(build, cluster)
        assert "status" not in cluster.objects["auditruns", "died"]
        assert cluster.objects["auditruns", "ended"]["status"]["result"] == "Findings"
        del cluster.refusals["jobs", "uid-died-notify"]
        await settle(build, cluster)
        told = {c["type"]: c["reason"] for c in cluster.objects["auditruns", "died"]["status"]["conditions"]}
        assert told["Notified"] == reasons.ANNOUNCING

    async def test_a_run_is_counted_once_however_often_another_is_tried(self, build):
        cluster = world(build)
        cluster.refusals["jobs", "uid-died-notify"] = ApiError(429, "No", "not now")
        cache = Cache()
        metrics = Metrics(cache)
        controller = Controller(build.config, Gateway(cluster, cache), metrics, clock=lambda: build.now)
        await controller.sync()
        for _ in range(4):
            with suppress(ApiError):
                await controller.reconcile(Work(SCHEDULE, "audit", "nightly"))
        controller.queue.close()
        counted = 'nightaudit_runs_total{namespace="audit",result="Findings",schedule="nightly"} 1.0'
        assert counted in metrics.text().decode().splitlines()

    async def test_a_user_s_job_that_is_refused_says_so_on_the_run(self, build):
        cluster = world(build)
        cluster.refusals["jobs", "nightly-12345678"] = ApiError(403, "Forbidden", "exceeded quota")
        await settle(build, cluster)
        status = cluster.objects["auditruns", "asked"]["status"]
        assert status["result"] == "Pending"
        assert "exceeded quota" in json.dumps(status["conditions"])
        assert cluster.objects["cronjobs", "nightly"]["spec"]["suspend"] is False, "it keeps no other run from starting"

    async def test_a_job_that_is_merely_not_in_the_cache_is_not_lost(self, build):
        cluster = world(build)
        cache = Cache()
        controller = Controller(build.config, Gateway(cluster, cache), Metrics(cache), clock=lambda: build.now)
        for plural in ("auditschedules", "auditruns", "cronjobs"):
            await Gateway(cluster, cache).refresh(plural, "audit")
        cluster.put(
            "auditruns", {"metadata": build.meta("ended", owner="uid-nightly"), "spec": {"scheduleName": "nightly"}}
        )
        await Gateway(cluster, cache).refresh("auditruns", "audit")
        with pytest.raises(ApiError, match="not lost"):
            await controller.reconcile(Work(SCHEDULE, "audit", "nightly"))
        assert "status" not in cluster.objects["auditruns", "ended"]
