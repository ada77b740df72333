"""Runs that die, tokens that do not work, Jobs that came or went some other way: on real pods."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from demo.cluster import ClusterError
from demo.stage import FINISHED, MANIFESTS, NAMESPACE, Object, Stage, condition_of


def variant(name: str, **spec: Any) -> Object:
    """The demo's schedule under another name, with its own memory, over the account that answers fastest."""
    schedule: Object = yaml.safe_load((MANIFESTS / "schedule.yaml").read_text())
    schedule["metadata"]["name"] = name
    schedule["spec"]["accounts"] = [a for a in schedule["spec"]["accounts"] if a["name"] == "staging"]
    schedule["spec"].update(spec)
    return schedule


def always(**slack: Any) -> list[Object]:
    """A notification that speaks after every run."""
    target = {"channel": "#security-alerts", "tokenSecretRef": {"name": "slack", "key": "token"}} | slack
    return [{"name": "security", "policy": "Always", "minimumSeverity": "Critical", "slack": target}]


@pytest.fixture(scope="module")
def minutely(stage: Stage) -> Object:
    """Made first, so that its minute passes while other tests run."""
    schedule = variant("minutely", schedule="* * * * *", notifications=[])
    stage.apply(schedule)
    return schedule


@pytest.fixture(autouse=True, scope="module")
def _before(minutely: Object) -> None:
    """See `minutely`."""


@pytest.fixture(scope="module")
def schedule_of_tokens(stage: Stage) -> None:
    token = {"name": "other-slack", "key": "token"}
    stage.apply(variant("tokens", notifications=always(tokenSecretRef=token)))
    stage.wait_ready("tokens")


@pytest.mark.usefixtures("schedule_of_tokens")
class TestTokens:
    @pytest.mark.parametrize(
        ("run", "token", "reason"),
        [
            ("token-missing", None, "SecretMissing"),
            ("token-wrong", "xoxb-not-the-token", "InvalidToken"),
            ("token-of-another-kind", "xoxp-a-users-token", "InvalidToken"),
        ],
    )
    def test_a_bad_token_is_told_on_the_run_and_the_audit_still_runs(self, stage, run, token, reason):
        if token:
            stage.secret("other-slack", token)
        stage.start_run(run, "tokens")
        found = stage.wait_run(run)
        notified = condition_of(found, "Notified")
        assert (notified["status"], notified["reason"]) == ("False", reason)
        assert found["status"]["result"] == "Partial"
        assert condition_of(found, "ReportStored")["status"] == "True"


class TestARunThatDies:
    def test_out_of_memory_is_named_and_announced(self, stage):
        limits = {"requests": {"memory": "16Mi"}, "limits": {"memory": "24Mi"}}
        stage.apply(variant("small", resources=limits, notifications=always()))
        stage.wait_ready("small")
        stage.start_run("oom", "small")
        run = stage.wait_run("oom")
        succeeded = condition_of(run, "Succeeded")
        assert run["status"]["result"] == "Error"
        assert (succeeded["status"], succeeded["reason"]) == ("False", "OOMKilled")
        announced(stage, "oom", "OOMKilled")

    def test_a_deadline_ends_the_pod_and_is_announced(self, stage):
        job = job_from(stage, "nightly", "too-long")
        pod = job["spec"]["template"]["spec"]
        pod["activeDeadlineSeconds"] = 15
        pod["terminationGracePeriodSeconds"] = 2
        stage.world.aws_latency(s3=60)  # its very first question: it cannot stop in good time
        try:
            stage.apply(job)
            run = stage.wait_run("too-long")
        finally:
            stage.world.aws_latency()
        assert run["status"]["result"] == "Error"
        assert condition_of(run, "Succeeded")["reason"] == "DeadlineExceeded"
        announced(stage, "too-long", "DeadlineExceeded")

    def test_before_its_deadline_the_auditor_stops_by_itself_and_keeps_what_it_has(self, stage):
        job = job_from(stage, "nightly", "in-time")
        [container] = job["spec"]["template"]["spec"]["containers"]
        [deadline] = [e for e in container["env"] if e["name"] == "NIGHTAUDIT_DEADLINE_SECONDS"]
        deadline["value"] = "70"  # of which 60 are kept for auditing, storing and telling
        stage.world.aws_latency(ec2=60)
        try:
            stage.apply(job)
            run = stage.wait_run("in-time")
        finally:
            stage.world.aws_latency()
        assert run["status"]["result"] == "Partial"
        assert any("DeadlineExceeded" in error for error in run["status"]["errors"])
        assert condition_of(run, "ReportStored")["status"] == "True"

    def test_a_deleted_job_is_a_lost_run(self, stage):
        stage.world.aws_latency(iam=60)
        try:
            stage.start_run("lost")
            running = stage.wait_for("auditrun", "lost", is_running, "AuditRun lost to run", 60)
            stage.kubectl("delete", "job", running["status"]["jobName"], "--wait=false")
            run = stage.wait_run("lost")
        finally:
            stage.world.aws_latency()
        assert run["status"]["result"] == "Error"
        assert condition_of(run, "Succeeded")["reason"] == "JobLost"


class TestJobsHoweverTheyCame:
    def test_kubectl_create_job_gets_an_audit_run(self, stage):
        stage.kubectl("create", "job", "by-hand", "--from=cronjob/nightly")
        run = stage.wait_run("by-hand")
        assert run["spec"]["trigger"] == "Manual"
        assert run["status"]["result"] == "Partial"

    def test_a_due_time_gets_an_audit_run(self, stage, minutely):
        def due() -> list[Object]:
            runs = stage.items("auditruns", "nightaudit.dev/schedule=minutely")
            return [r for r in runs if r.get("status", {}).get("result") in FINISHED]

        until = time.monotonic() + 150
        while not due() and time.monotonic() < until:
            time.sleep(1)
        assert due(), stage.explain()
        run = due()[0]
        assert run["spec"]["trigger"] == "Scheduled"
        assert run["spec"]["scheduledTime"]

    def test_runs_of_one_schedule_wait_for_one_another(self, stage):
        for name in ("one", "two"):
            stage.start_run(name)
        runs = [stage.wait_run(name) for name in ("one", "two")]
        first, second = sorted(runs, key=lambda run: run["status"]["startTime"])
        assert second["status"]["startTime"] >= first["status"]["completionTime"]


class TestTheOperatorGoesAway:
    def test_a_run_that_ends_while_it_is_gone_is_recorded_when_it_is_back(self, stage):
        stage.start_run("unwatched")
        stage.wait_for("auditrun", "unwatched", is_running, "AuditRun unwatched to run", 60)
        stage.kubectl(
            "delete", "pod", "-l", "app.kubernetes.io/name=nightaudit-operator", "--grace-period=0", "--force"
        )
        run = stage.wait_run("unwatched")
        assert run["status"]["result"] == "Partial"
        assert condition_of(run, "Notified")["status"] == "True"


class TestDeletingASchedule:
    def test_removes_its_children_and_leaves_the_users_run(self, stage, minutely):
        stage.kubectl("delete", "auditschedule", "small")
        stage.kubectl("delete", "auditschedule", "minutely")

        def children() -> list[str]:
            kinds = "cronjobs,jobs,auditruns"
            selector = "nightaudit.dev/schedule in (small,minutely)"
            return stage.kubectl("get", kinds, "-l", selector, "-o", "name").split()

        until = time.monotonic() + 90
        while children() and time.monotonic() < until:
            time.sleep(1)
        assert children() == []
        assert stage.get("auditrun", "oom")["status"]["result"] == "Error"
        configs = stage.kubectl("get", "configmaps", "-o", "name").split()
        assert not [c for c in configs if c.startswith(("configmap/small-", "configmap/minutely-"))]


def is_running(run: Object) -> bool:
    return run.get("status", {}).get("result") == "Running"


def job_from(stage: Stage, schedule: str, name: str) -> Object:
    """What `kubectl create job --from` would create, for a test to change before it is."""
    rendered = stage.kubectl("create", "job", name, f"--from=cronjob/{schedule}", "--dry-run=client", "-o", "json")
    job: Object = json.loads(rendered)
    job["metadata"]["namespace"] = NAMESPACE
    return job


def announced(stage: Stage, run: str, reason: str) -> None:
    """Wait until the notify Job has spoken for a run that could not."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        texts = [m.text for m in stage.world.slack_messages() if reason in m.text]
        topic = [m["message"] for m in stage.world.sns_messages() if reason in m["message"]]
        if texts and topic:
            assert any(run in text for text in texts)
            assert any(run in message for message in topic)
            return
        time.sleep(1)
    raise ClusterError(f"nobody was told of {run}: {reason}\n{stage.explain()}")
