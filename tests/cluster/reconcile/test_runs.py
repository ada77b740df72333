"""Every Job of a schedule is an AuditRun, whoever started it; and an AuditRun that a user makes is a Job."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture
def nightly(namespace, make_schedule, soon):
    namespace.apply(make_schedule("nightly"))
    soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "the schedule to be ready")
    return namespace


@pytest.fixture
def start(nightly, soon):
    """Start a Job from the CronJob as people and Argo CD do; its AuditRun is there on return."""

    def start(name: str) -> None:
        nightly.kubectl("create", "job", name, "--from=cronjob/nightly")
        soon(lambda: nightly.find("auditrun", name), f"the AuditRun of Job {name}")

    return start


def result(namespace, soon, name, expected):
    def settled():
        status = namespace.get("auditrun", name).get("status", {})
        return status if status.get("result") == expected else None

    return soon(settled, f"run {name} to be {expected}")


class TestARunThatFinishes:
    def test_a_job_made_from_the_cron_job_is_a_manual_run_and_its_summary_the_status(
        self, nightly, start, summary, soon
    ):
        start("by-hand")
        run = nightly.get("auditrun", "by-hand")
        assert run["spec"] == {"scheduleName": "nightly", "trigger": "Manual"}
        owner = run["metadata"]["ownerReferences"][0]
        assert (owner["kind"], owner["controller"], owner["blockOwnerDeletion"]) == ("AuditSchedule", True, False)
        assert run["metadata"]["labels"] == {"nightaudit.dev/schedule": "nightly"}
        nightly.end("by-hand", message=summary())
        status = result(nightly, soon, "by-hand", "Findings")
        assert (status["findings"]["critical"], status["findings"]["high"], status["new"], status["unknown"]) == (
            1,
            2,
            1,
            3,
        )
        assert status["accounts"] == {"total": 1, "succeeded": 1, "failed": 0, "text": "1/1"}
        assert status["durationSeconds"] == 60
        assert status["report"]["url"] == "https://console.example.com/audits/x/report.html?region=eu-central-1"
        assert nightly.reason("auditrun", "by-hand", "Succeeded") == "True/Findings"
        assert nightly.reason("auditrun", "by-hand", "ReportStored") == "True/Stored"
        assert nightly.reason("auditrun", "by-hand", "Notified") == "True/NotConfigured"
        last = soon(lambda: nightly.get("auditschedule", "nightly")["status"].get("lastRun"), "the last run")
        assert last == {
            "name": "by-hand",
            "result": "Findings",
            "completionTime": "2026-11-23T03:18:05Z",
            "critical": 1,
            "high": 2,
            "new": 1,
        }
        assert nightly.get("auditschedule", "nightly")["status"]["lastSuccessfulTime"] == "2026-11-23T03:18:05Z"

    def test_a_scheduled_job_is_a_scheduled_run(self, namespace, make_schedule, soon):
        namespace.apply(make_schedule("minutely", schedule="* * * * *"))
        run = soon(lambda: namespace.list("auditruns"), "the first run", 75)[0]
        assert run["spec"]["trigger"] == "Scheduled"
        assert run["spec"]["scheduledTime"]
        assert run["metadata"]["name"].startswith("minutely-")
        due = run["spec"]["scheduledTime"]
        soon(lambda: namespace.get("auditschedule", "minutely")["status"].get("lastScheduleTime") == due, "the time")

    def test_what_was_not_delivered_is_not_notified(self, nightly, start, summary, soon):
        start("quiet")
        undelivered = [
            {"name": "security", "delivered": False, "reason": "SecretMissing", "message": "no Secret slack"}
        ]
        nightly.end("quiet", message=summary(notifications=undelivered), exit_code=1, reason="Error")
        result(nightly, soon, "quiet", "Findings")
        assert nightly.reason("auditrun", "quiet", "Notified") == "False/SecretMissing"

    def test_exceptions_learn_what_they_matched(self, namespace, make_schedule, summary, soon):
        for name in ("logs", "unused"):
            namespace.apply(
                {
                    "apiVersion": "nightaudit.dev/v1alpha1",
                    "kind": "AuditException",
                    "metadata": {"name": name},
                    "spec": {"match": {"checks": ["S3_*"]}, "reason": "known and accepted"},
                }
            )
        namespace.apply(make_schedule("nightly"))
        soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
        assert namespace.get("auditschedule", "nightly")["status"]["activeExceptions"] == 2
        config_map = namespace.get("configmap", namespace.get("auditschedule", "nightly")["status"]["configMapName"])
        digest = hashlib.sha256(base64.b64decode(config_map["binaryData"]["exceptions.json.gz"])).hexdigest()
        namespace.kubectl("create", "job", "counted", "--from=cronjob/nightly")
        namespace.end("counted", message=summary(exceptions={"digest": digest, "matched": [7, 0]}))
        status = result(namespace, soon, "counted", "Findings")
        assert (status["exceptionsMatched"], status["exceptionMatches"]) == (1, [{"name": "logs", "count": 7}])
        soon(lambda: namespace.get("auditexception", "logs")["status"].get("matchedFindings") == 7, "the count of logs")
        assert namespace.get("auditexception", "logs")["status"]["lastMatchTime"] == "2026-11-23T03:18:05Z"
        assert namespace.get("auditexception", "unused")["status"]["matchedFindings"] == 0


class TestARunThatDies:
    @pytest.mark.parametrize(
        ("ending", "reason"),
        [
            ({"exit_code": 137, "reason": "OOMKilled"}, "OOMKilled"),
            ({"exit_code": 137, "reason": "Error", "podReason": "DeadlineExceeded"}, "DeadlineExceeded"),
            ({"exit_code": 137, "reason": "Error", "podReason": "Evicted"}, "Evicted"),
            ({"exit_code": 1, "reason": "Error"}, "PodFailed"),
            ({"exit_code": 2, "reason": "Error", "text": "spec.accounts: must not be empty"}, "ConfigurationInvalid"),
            ({"exit_code": 0, "reason": "Completed", "text": "{not json"}, "InvalidSummary"),
        ],
    )
    def test_the_reason_says_how(self, nightly, start, soon, ending, reason):
        start("dead")
        text, pod_reason = ending.pop("text", ""), ending.pop("podReason", None)
        extra = {"reason": pod_reason} if pod_reason else {}
        container_reason = ending.pop("reason")
        pod = nightly.pod("dead")
        terminated = {"exitCode": ending["exit_code"], "reason": container_reason, "message": text}
        state = {"name": "auditor", "image": "x", "imageID": "x", "ready": False, "restartCount": 0}
        phase = "Succeeded" if ending["exit_code"] == 0 else "Failed"
        status = {"phase": phase, "containerStatuses": [state | {"state": {"terminated": terminated}}], **extra}
        nightly.patch("pod", pod, {"status": status}, "--subresource=status")
        result(nightly, soon, "dead", "Error")
        assert nightly.reason("auditrun", "dead", "Succeeded") == f"False/{reason}"
        assert nightly.reason("auditrun", "dead", "ReportStored") == "Unknown/NotReported"
        assert nightly.reason("auditrun", "dead", "Notified") == "False/NotAnnounced"

    def test_it_is_announced_once_when_somebody_listens(self, namespace, make_schedule, soon):
        topic = {"sns": {"topicARN": "arn:aws:sns:eu-central-1:111111111111:errors"}}
        namespace.apply(make_schedule("nightly", errors=topic))
        soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
        namespace.kubectl("create", "job", "dead", "--from=cronjob/nightly")
        uid = namespace.get("job", "dead")["metadata"]["uid"]
        namespace.end("dead", message=lambda _: "", exit_code=137, reason="OOMKilled")
        notify = soon(lambda: namespace.find("job", f"{uid}-notify"), "the notify Job")
        arguments = notify["spec"]["template"]["spec"]["containers"][0]["args"]
        assert arguments[:7] == [
            "announce", "-f", "/etc/nightaudit/schedule.json", "--run", "dead", "--reason", "OOMKilled",
        ]  # fmt: skip
        soon(lambda: namespace.reason("auditrun", "dead", "Notified") == "Unknown/Announcing", "announcing")
        assert notify["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"] == [2]
        namespace.end(f"{uid}-notify", message=lambda _: "")
        soon(lambda: namespace.reason("auditrun", "dead", "Notified") == "True/Announced", "announced")
        assert [run["metadata"]["name"] for run in namespace.list("auditruns")] == ["dead"]
        assert len(namespace.list("jobs")) == 2

    def test_a_pod_that_cannot_pull_its_image_shows_while_it_waits(self, nightly, start, soon):
        start("stuck")
        waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "x"'}
        state = {"name": "auditor", "image": "x", "imageID": "", "ready": False, "restartCount": 0}
        nightly.pod("stuck", {"phase": "Pending", "containerStatuses": [state | {"state": {"waiting": waiting}}]})
        soon(lambda: nightly.reason("auditrun", "stuck", "Succeeded") == "Unknown/ImagePullFailed", "the reason")

    def test_deleting_the_job_cancels_the_run(self, nightly, start, soon):
        start("cancelled")
        nightly.kubectl("delete", "job", "cancelled")
        result(nightly, soon, "cancelled", "Error")
        assert nightly.reason("auditrun", "cancelled", "Succeeded") == "False/JobLost"


class TestARunThatAUserAsksFor:
    def test_it_gets_one_job_and_no_second_run(self, nightly, make_run, summary, soon):
        run = nightly.create(make_run("now", "nightly"))
        job = f"nightly-{run['metadata']['uid'][:8]}"
        made = soon(lambda: nightly.find("job", job), "the Job")
        assert made["metadata"]["labels"]["nightaudit.dev/run-uid"] == run["metadata"]["uid"]
        assert made["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
        nightly.end(job, message=summary(result="Clean"))
        status = result(nightly, soon, "now", "Clean")
        assert status["jobName"] == job
        assert [item["metadata"]["name"] for item in nightly.list("auditruns")] == ["now"]
        nightly.kubectl("delete", "auditrun", "now")
        nightly.apply({**make_run("later", "nightly")})
        soon(lambda: len(nightly.list("jobs")) == 2, "the second Job")
        assert [item["metadata"]["name"] for item in nightly.list("auditruns")] == ["later"]

    def test_runs_never_overlap(self, nightly, start, make_run, summary, soon):
        start("first")
        run = nightly.create(make_run("second", "nightly"))
        soon(lambda: nightly.reason("auditrun", "second", "Succeeded") == "Unknown/WaitingForRun", "waiting")
        assert len(nightly.list("jobs")) == 1
        nightly.end("first", message=summary())
        soon(lambda: nightly.find("job", f"nightly-{run['metadata']['uid'][:8]}"), "the second Job")

    def test_a_due_time_during_it_starts_no_second_run_beside_it(self, namespace, make_schedule, summary, soon):
        """The CronJob controller does not count the Job that kubectl made; what was missed starts when that has ended."""
        namespace.apply(make_schedule("minutely", schedule="* * * * *", suspend=True))
        soon(lambda: namespace.reason("auditschedule", "minutely", "Ready") == "True/Suspended", "readiness")
        namespace.kubectl("create", "job", "by-hand", "--from=cronjob/minutely")
        soon(lambda: namespace.find("auditrun", "by-hand"), "the AuditRun")
        namespace.patch("auditschedule", "minutely", {"spec": {"suspend": False}})
        soon(
            lambda: namespace.reason("auditschedule", "minutely", "Ready") == "True/Scheduled", "the schedule to go on"
        )
        assert namespace.get("cronjob", "minutely")["spec"]["suspend"] is True
        due = namespace.get("auditschedule", "minutely")["status"]["nextScheduleTime"]

        def passed():
            return namespace.get("auditschedule", "minutely")["status"]["nextScheduleTime"] != due

        soon(passed, "a due time to pass", 75)
        time.sleep(2)  # in which the CronJob controller would have made its Job
        assert [job["metadata"]["name"] for job in namespace.list("jobs")] == ["by-hand"]
        namespace.end("by-hand", message=summary())
        soon(lambda: len(namespace.list("jobs")) == 2, "the run that was due")

    def test_without_its_schedule_it_waits_for_it(self, namespace, make_schedule, make_run, soon):
        namespace.apply(make_run("early", "nightly"))
        soon(lambda: namespace.reason("auditrun", "early", "Succeeded") == "Unknown/ScheduleNotFound", "waiting")
        namespace.apply(make_schedule("nightly"))
        soon(lambda: namespace.list("jobs"), "the Job")


class TestHistory:
    def test_old_runs_go_when_their_jobs_are_gone(self, namespace, make_schedule, summary, soon):
        namespace.apply(make_schedule("nightly", successfulRunsHistoryLimit=1))
        soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
        for name in ("a", "b"):
            namespace.kubectl("create", "job", name, "--from=cronjob/nightly")
            namespace.end(name, message=summary())
            result(namespace, soon, name, "Findings")
        # The CronJob keeps one Job, and with it goes the run of the other.
        soon(lambda: [r["metadata"]["name"] for r in namespace.list("auditruns")] == ["b"], "the older run to go", 40)
        assert [j["metadata"]["name"] for j in namespace.list("jobs")] == ["b"]


def test_metrics_tell_of_runs_and_schedules(nightly, start, summary, soon, operator):
    start("measured")
    nightly.end("measured", message=summary())
    result(nightly, soon, "measured", "Findings")
    text = soon(lambda: operator.http(operator.metrics_port, "/metrics")[1], "the metrics")
    label = f'namespace="{nightly.name}",schedule="nightly"'
    assert f"nightaudit_schedule_ready{{{label}}} 1.0" in text
    assert f'nightaudit_run_findings{{{label},severity="critical"}} 1.0' in text
    assert f'nightaudit_runs_total{{namespace="{nightly.name}",result="Error",schedule="nightly"}}' in text
