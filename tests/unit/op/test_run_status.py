"""A run's status: from its Job, its pod, and what the pod said last."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from nightaudit_operator.api import reasons
from nightaudit_operator.plan import run_status
from nightaudit_operator.plan.run_status import MAXIMUM_MATCHES, Link


@pytest.fixture(scope="module")
def observe(build):
    def observe(job, *pods, run=None, config_maps=(), audible=False, now=None, link=Link("", "")):  # noqa: B008
        run = run or build.run("r", owner="uid-nightly")
        return run_status.observe(run, job, pods, config_maps, link, audible=audible, now=now or build.now)

    return observe


class TestUnderWay:
    @pytest.mark.parametrize(
        ("state", "status", "result", "expected"),
        [
            (None, {}, "Pending", reasons.PENDING),
            ({"waiting": {"reason": "ContainerCreating"}}, {}, "Pending", reasons.PENDING),
            ({"running": {"startedAt": "2026-01-02T11:59:00Z"}}, {}, "Running", reasons.RUNNING),
            ({"waiting": {"reason": "ErrImagePull", "message": "no"}}, {}, "Pending", reasons.IMAGE_PULL_FAILED),
            ({"waiting": {"reason": "ImagePullBackOff"}}, {}, "Pending", reasons.IMAGE_PULL_FAILED),
            ({"waiting": {"reason": "InvalidImageName"}}, {}, "Pending", reasons.IMAGE_PULL_FAILED),
            ({"waiting": {"reason": "CreateContainerConfigError"}}, {}, "Pending", reasons.CONTAINER_CONFIG_INVALID),
            (
                None,
                {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
                "Pending",
                reasons.POD_UNSCHEDULABLE,
            ),
        ],
    )
    def test_what_the_pod_does(self, build, observe, reason, state, status, result, expected):
        seen = observe(build.job("r"), build.pod("r-x", "r", state, **status)).status
        assert (seen.result, reason(seen, "Succeeded")) == (result, f"Unknown/{expected}")

    def test_a_job_without_a_pod_is_a_problem_only_after_a_minute(self, build, observe, reason):
        job = build.job("r", created="2026-01-02T11:59:30Z")
        young = observe(job)
        assert (reason(young.status, "Succeeded"), young.recheck) == (
            "Unknown/Pending",
            job.created + timedelta(seconds=60),
        )
        assert reason(observe(job, now=build.now + timedelta(minutes=2)).status, "Succeeded") == "Unknown/PodNotCreated"

    def test_a_job_that_ended_before_its_pod_s_end_was_seen_is_waited_for(self, build, observe):
        job = build.job("r", "Complete", ended="2026-01-02T11:59:50Z")
        pod = build.pod("r-x", "r", {"running": {}})
        assert observe(job, pod).status.result == "Running"
        late = observe(job, pod, now=build.now + timedelta(minutes=2)).status
        assert late.result == "Error"


class TestSummary:
    def done(self, build, observe, code=0, pod_fields=None, **fields):
        message = build.summary("r-x", **fields)
        pod = build.pod("r-x", "r", build.terminated(message, code), **(pod_fields or {}))
        return observe(build.job("r", "Complete" if code == 0 else "Failed"), pod).status

    def test_everything_in_it_is_in_the_status(self, build, observe):
        status = self.done(build, observe)
        assert status.result == "Findings"
        assert status.accounts.text == "2/3"
        assert (status.new, status.resolved, status.excepted, status.unknown) == (1, 4, 2, 3)
        assert status.duration_seconds == 300
        assert status.report.uri == "s3://b/k/report.html"

    @pytest.mark.parametrize("result", ["Clean", "Findings", "Partial"])
    def test_an_audit_that_ran_succeeded(self, build, observe, reason, result):
        assert reason(self.done(build, observe, result=result), "Succeeded") == f"True/{result}"

    @pytest.mark.parametrize(("code", "expected"), [(1, reasons.AUDIT_FAILED), (2, reasons.CONFIGURATION_INVALID)])
    def test_an_audit_that_failed_says_its_first_error(self, build, observe, reason, code, expected):
        status = self.done(build, observe, code, result="Error", errors=["first", "second"], errorCount=9)
        assert reason(status, "Succeeded") == f"False/{expected}"
        assert next(c.message for c in status.conditions if c.type == "Succeeded") == "first"
        assert status.errors == ("first", "second", "and 7 more: see the report, or the log of pod r-x")

    def test_a_report_that_is_not_there_is_not_stored(self, build, observe, reason):
        assert reason(self.done(build, observe, report=None), "ReportStored") == "False/NotStored"

    @pytest.mark.parametrize(
        ("notifications", "topic", "expected"),
        [
            ([], None, "True/NotConfigured"),
            ([("a", True, "Sent"), ("b", True, "NothingToSend")], None, "True/Sent"),
            ([("a", True, "NothingToSend")], None, "True/NothingToSend"),
            ([("a", True, "Sent"), ("b", False, "SecretMissing")], None, "False/SecretMissing"),
            ([("a", True, "Sent")], {"delivered": False, "message": "denied"}, "False/ErrorsTopicFailed"),
        ],
    )
    def test_notified_is_true_when_nothing_was_left_undelivered(
        self, build, observe, reason, notifications, topic, expected
    ):
        told = [{"name": n, "delivered": d, "reason": r, "message": ""} for n, d, r in notifications]
        assert reason(self.done(build, observe, notifications=told, errorsTopic=topic), "Notified") == expected

    def test_a_pod_that_was_drained_is_not_the_one_that_speaks(self, build, observe):
        drained = build.pod(
            "r-a",
            "r",
            build.terminated(build.summary("r-a", result="Partial"), 1),
            created="2026-01-02T00:00:00Z",
            conditions=[{"type": "DisruptionTarget", "status": "True"}],
        )
        second = build.pod("r-x", "r", build.terminated(build.summary("r-x", result="Clean")))
        assert observe(build.job("r", "Complete"), drained, second).status.result == "Clean"

    @pytest.mark.parametrize(
        ("template", "url"),
        [
            ("", ""),
            ("https://c/{bucket}?region={region}&prefix={key}", "https://c/b?region=eu-1&prefix=k/a%20b.html"),
            ("https://c/?u={uri}", "https://c/?u=s3://b/k/a%20b.html"),
        ],
    )
    def test_the_report_gets_a_link(self, template, url):
        assert Link(template, "eu-1").url("s3://b/k/a b.html") == url

    def test_a_report_in_a_folder_gets_none(self):
        assert Link("https://c/{uri}", "").url("file:///tmp/report.html") == ""


class TestExceptions:
    def matched(self, build, observe, names, counts, digest=None, config_map="nightly-0"):
        from nightaudit_operator.cluster import intake

        source = intake.config_map(b'{"metadata": {"name": "nightly-0"}}')
        source = msgspec.structs.replace(source, exceptions=tuple(names))
        told = {"digest": digest or source.exceptions_digest, "matched": counts}
        pod = build.pod("r-x", "r", build.terminated(build.summary("r-x", exceptions=told)))
        return observe(build.job("r", "Complete", config_map=config_map), pod, config_maps=(source,)).status

    def test_counts_are_kept_by_name(self, build, observe):
        status = self.matched(build, observe, ["a", "b", "c"], [2, 0, 5])
        assert status.exceptions_matched == 2
        assert {m.name: m.count for m in status.exception_matches} == {"a": 2, "c": 5}

    @pytest.mark.parametrize(
        "change", [{"digest": "0" * 64}, {"config_map": "another"}, {"counts": [1]}], ids=["digest", "source", "length"]
    )
    def test_counts_of_another_list_are_unknown(self, build, observe, change):
        fields = {"names": ["a", "b"], "counts": [1, 1]} | change
        assert self.matched(build, observe, **fields).exceptions_matched is None

    def test_the_most_that_are_kept_are_the_largest_and_the_rest_is_said(self, build, observe):
        names = [f"e{n:03}" for n in range(MAXIMUM_MATCHES + 5)]
        status = self.matched(build, observe, names, list(range(1, len(names) + 1)))
        assert len(status.exception_matches) == MAXIMUM_MATCHES
        assert status.exceptions_matched == len(names)
        assert status.exception_matches[0].name == "e005"
        assert "5 more exceptions" in status.errors[-1]

    def test_left_out_is_unknown(self, build, observe):
        pod = build.pod("r-x", "r", build.terminated(build.summary("r-x")))
        assert observe(build.job("r", "Complete"), pod).status.exceptions_matched is None


class TestDeath:
    @pytest.mark.parametrize(
        ("state", "status", "expected"),
        [
            (("", 137, "OOMKilled"), {}, reasons.OOM_KILLED),
            (("", 137, "Error"), {"reason": "DeadlineExceeded"}, reasons.DEADLINE_EXCEEDED),
            (("", 137, "Error"), {"reason": "Evicted"}, reasons.EVICTED),
            (("", 137, "Error"), {"conditions": [{"type": "DisruptionTarget", "status": "True"}]}, reasons.EVICTED),
            (("", 1, "Error"), {}, reasons.POD_FAILED),
            (("spec.accounts is empty", 2, "Error"), {}, reasons.CONFIGURATION_INVALID),
            (("{", 1, "Error"), {}, reasons.INVALID_SUMMARY),
            (("", 0, "Completed"), {}, reasons.INVALID_SUMMARY),
            (None, {"reason": "DeadlineExceeded"}, reasons.DEADLINE_EXCEEDED),
        ],
    )
    def test_the_reason(self, build, observe, reason, state, status, expected):
        pod = build.pod("r-x", "r", build.terminated(*state) if state else None, phase="Failed", **status)
        seen = observe(build.job("r", "Failed"), pod, audible=True)
        assert (seen.status.result, reason(seen.status, "Succeeded")) == ("Error", f"False/{expected}")
        assert seen.died is not None
        assert seen.status.findings is None, "what is not known is not zero"

    def test_a_pod_that_never_pulled_its_image_keeps_that_reason_and_is_not_announced(self, build, observe, reason):
        before = {"type": "Succeeded", "status": "Unknown", "reason": "ImagePullFailed", "message": ""}
        run = build.run("r", owner="uid-nightly", status={"result": "Pending", "conditions": [before]})
        pod = build.pod("r-x", "r", None, phase="Failed", reason="DeadlineExceeded")
        seen = observe(build.job("r", "Failed"), pod, run=run, audible=True)
        assert reason(seen.status, "Succeeded") == "False/ImagePullFailed"
        assert seen.died is None

    def test_a_job_whose_pod_is_gone(self, build, observe, reason):
        assert reason(observe(build.job("r", "Failed")).status, "Succeeded") == "False/JobFailed"
