"""The cache: the newest version wins, wherever it comes from, and a list shows what was deleted unseen."""

from __future__ import annotations

import gzip
import json

import msgspec
import pytest

from nightaudit_operator.api.objects import Key
from nightaudit_operator.cluster import intake
from nightaudit_operator.cluster.cache import Cache


def at(item, version, **changes):
    return msgspec.structs.replace(item, resource_version=str(version), **changes)


class TestVersions:
    def test_an_older_version_never_replaces_a_newer(self, build):
        cache, job = Cache(), build.job("j")
        assert cache.put(at(job, 9, finished="Complete"))
        assert not cache.put(at(job, 8))
        assert cache.jobs.get(job.key).finished == "Complete"

    def test_versions_are_numbers(self, build):
        cache, job = Cache(), build.job("j")
        cache.put(at(job, 9))
        assert cache.put(at(job, 10))

    def test_a_namesake_replaces_what_was_deleted_unseen(self, build):
        cache, job = Cache(), build.job("j")
        cache.put(at(job, 9))
        assert cache.put(at(job, 11, uid="another"))
        assert not cache.drop(at(job, 12)), "the deletion of the former does not touch the namesake"

    def test_an_object_that_changes_its_schedule_leaves_no_trace(self, build):
        cache, job = Cache(), build.job("j")
        cache.put(at(job, 1))
        cache.put(at(job, 2, schedule="other"))
        assert cache.jobs.group(job.namespace, "nightly") == ()
        assert len(cache.jobs.group(job.namespace, "other")) == 1


class TestLists:
    def test_what_is_not_listed_any_more_is_gone_unless_it_is_newer(self, build):
        cache = Cache()
        old, new, kept = at(build.job("old"), 5), at(build.job("new"), 20), at(build.job("kept"), 5)
        for item in (old, new, kept):
            cache.put(item)
        changed = cache.reconcile_list("jobs", old.namespace, [kept], as_of=10)
        assert changed == [old]
        assert {job.name for job in cache.jobs} == {"new", "kept"}

    def test_other_namespaces_are_left_alone(self, build):
        cache = Cache()
        cache.put(at(build.job("j"), 1))
        assert cache.reconcile_list("jobs", "elsewhere", [], as_of=10) == []


class TestMemory:
    def test_recorded_messages_are_forgotten_and_stay_so(self, build):
        cache = Cache()
        pod = at(build.pod("p", "j", build.terminated("said")), 5)
        cache.put(pod)
        cache.forget_messages([pod])
        assert cache.pods.get(Key(pod.namespace, "p")).message == ""
        assert not cache.put(pod)


class TestIntake:
    def test_managers_that_own_a_field_in_spec_are_foreign(self, build):
        fields = [
            {"manager": "nightaudit-operator", "operation": "Apply", "fieldsV1": {"f:spec": {}}},
            {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {"f:schedule": {}}}},
            {"manager": "kubectl-label", "operation": "Update", "fieldsV1": {"f:metadata": {}}},
            {
                "manager": "kube-controller-manager",
                "operation": "Update",
                "subresource": "status",
                "fieldsV1": {"f:status": {}},
            },
        ]
        raw = {"metadata": build.meta("nightly", managedFields=fields), "spec": {}}
        assert intake.cron_job(json.dumps(raw).encode()).foreign == ("kubectl-edit",)

    def test_a_schedule_that_cannot_be_read_says_why(self, build):
        schedule = build.schedule(suspend="maybe")
        assert schedule.spec is None
        assert "$.suspend" in schedule.invalid

    @pytest.mark.parametrize(
        "packed", [b"", b"not gzip", gzip.compress(b"{"), gzip.compress(b" " * (65 * 1024 * 1024))],
        ids=["nothing", "not gzip", "not json", "a bomb"],
    )  # fmt: skip
    def test_exceptions_that_cannot_be_read_are_none(self, build, packed):
        raw = msgspec.json.encode({"metadata": build.meta("c"), "binaryData": {"exceptions.json.gz": packed}})
        assert intake.config_map(raw).exceptions == ()

    def test_the_name_of_a_config_map_s_exceptions_keep_their_order(self, build):
        packed = gzip.compress(json.dumps([{"metadata": {"name": name}} for name in ("b", "a")]).encode())
        raw = msgspec.json.encode({"metadata": build.meta("c"), "binaryData": {"exceptions.json.gz": packed}})
        assert intake.config_map(raw).exceptions == ("b", "a")
