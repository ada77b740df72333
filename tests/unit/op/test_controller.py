"""What changed decides what is looked at again; nothing else does."""

from __future__ import annotations

import json

import kopf
import pytest

from nightaudit_operator import handlers
from nightaudit_operator.cluster.cache import Cache
from nightaudit_operator.cluster.gateway import Gateway
from nightaudit_operator.metrics import Metrics
from nightaudit_operator.reconciler import controller as module
from nightaudit_operator.reconciler.controller import EXCEPTIONS, SCHEDULE, Controller, Work
from tests.unit.op.fake import FakeCluster

NIGHTLY = Work(SCHEDULE, "audit", "nightly")
ALL_EXCEPTIONS = Work(EXCEPTIONS, "audit", "")


@pytest.fixture
def controller(build) -> Controller:
    cache = Cache()
    return Controller(build.config, Gateway(FakeCluster(), cache), Metrics(cache), clock=lambda: build.now)


async def drain(controller: Controller) -> set[Work]:
    keys = set()
    while len(controller.queue):
        key = await controller.queue.get()
        controller.queue.done(key)
        keys.add(key)
    return keys


def raw(build, name, version=1, spec=None, status=None, **meta) -> bytes:
    item = {"metadata": build.meta(name, version=version, **meta), "spec": spec or {}, "status": status or {}}
    return json.dumps(item).encode()


SPEC = {"schedule": "0 3 * * *", "storage": {"s3": {"bucket": "b"}}}


class TestEvents:
    async def test_a_new_schedule_concerns_itself_and_the_exceptions(self, build, controller):
        controller.observe("auditschedules", raw(build, "nightly", spec=SPEC), deleted=False)
        assert await drain(controller) == {NIGHTLY, ALL_EXCEPTIONS}

    async def test_the_same_event_again_concerns_nobody(self, build, controller):
        for _ in range(2):
            controller.observe("auditschedules", raw(build, "nightly", spec=SPEC), deleted=False)
        await drain(controller)
        controller.observe("auditschedules", raw(build, "nightly", spec=SPEC), deleted=False)
        assert await drain(controller) == set()

    async def test_an_exception_s_status_concerns_no_schedule(self, build, controller):
        controller.observe("auditschedules", raw(build, "nightly", spec=SPEC), deleted=False)
        spec = {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"}
        controller.observe("auditexceptions", raw(build, "known", spec=spec), deleted=False)
        assert await drain(controller) == {NIGHTLY, ALL_EXCEPTIONS}
        controller.observe("auditexceptions", raw(build, "known", 2, spec, {"state": "Active"}), deleted=False)
        assert await drain(controller) == set()
        controller.observe("auditexceptions", raw(build, "known", 3, spec, labels={"team": "x"}), deleted=False)
        assert await drain(controller) == {NIGHTLY, ALL_EXCEPTIONS}

    @pytest.mark.parametrize("plural", ["jobs", "pods", "configmaps"])
    async def test_a_child_concerns_its_schedule(self, build, controller, plural):
        labels = {"nightaudit.dev/schedule": "nightly"}
        controller.observe(plural, raw(build, "child", labels=labels), deleted=False)
        assert await drain(controller) == {NIGHTLY}
        controller.observe(plural, raw(build, "child", 2, labels=labels), deleted=True)
        assert await drain(controller) == {NIGHTLY}

    async def test_a_cron_job_with_active_jobs_is_understood(self, build, controller):
        status = {"active": [{"kind": "Job", "name": "x"}], "lastScheduleTime": "2026-01-02T03:00:00Z"}
        controller.observe("cronjobs", raw(build, "nightly", status=status), deleted=False)
        assert await drain(controller) == {NIGHTLY}

    async def test_a_schedule_that_is_being_deleted_is_gone(self, build, controller):
        controller.observe("auditschedules", raw(build, "nightly", spec=SPEC), deleted=False)
        await drain(controller)
        going = raw(build, "nightly", 2, SPEC, deletionTimestamp="2026-01-02T00:00:00Z")
        controller.observe("auditschedules", going, deleted=False)
        assert NIGHTLY in await drain(controller)
        await controller.reconcile(NIGHTLY)


class TestWhatTheOperatorWritesItself:
    async def test_a_run_that_it_calls_over_concerns_the_exceptions_although_its_event_tells_nothing_new(self, build):
        cluster, cache = FakeCluster(), Cache()
        for plural, item in {
            "auditschedules": raw(build, "nightly", spec=SPEC),
            "auditruns": raw(build, "mine", spec={"scheduleName": "nightly"}, status={"jobName": "nightly-0badcafe"}),
        }.items():
            cluster.put(plural, json.loads(item))
        controller = Controller(build.config, Gateway(cluster, cache), Metrics(cache), clock=lambda: build.now)
        await controller.sync()
        await drain(controller)
        await controller.reconcile(NIGHTLY)
        (known,) = cache.runs
        assert known.status.finished
        assert await drain(controller) >= {NIGHTLY, ALL_EXCEPTIONS}
        await controller.reconcile(NIGHTLY)
        assert ALL_EXCEPTIONS not in await drain(controller), "it was over before"


class TestHealth:
    async def test_it_is_ready_once_the_lists_are_in_and_while_they_are_recent(self, controller, monkeypatch):
        assert not controller.ready
        await controller.sync()
        assert controller.ready
        later = module.time.monotonic() + 3 * 300 + 1
        monkeypatch.setattr(module.time, "monotonic", lambda: later)
        assert not controller.ready

    async def test_it_is_stuck_when_nobody_tries_any_more_and_the_probe_fails_at_once(self, controller, monkeypatch):
        probes = list(handlers.registry(controller)._activities.get_all_handlers())
        probe = next(handler.fn for handler in probes if "resync" in handler.id)
        assert await probe() == "ok"
        later = module.time.monotonic() + 3 * 300 + 61
        monkeypatch.setattr(module.time, "monotonic", lambda: later)
        with pytest.raises(kopf.PermanentError):
            await probe()


class TestHandlers:
    def test_nothing_that_would_write_annotations_or_finalizers_is_registered(self, controller):
        registry = handlers.registry(controller)
        assert len(list(registry._watching.get_all_handlers())) == len(handlers.RESOURCES)
        assert not list(registry._changing.get_all_handlers())
        assert not list(registry._spawning.get_all_handlers())

    def test_kinds_that_others_use_are_watched_by_label(self):
        chosen = handlers.settings().watching.label_selectors
        assert len(chosen) == 4
        assert set(chosen.values()) == {"app.kubernetes.io/managed-by=nightaudit-operator"}
