"""The operator is killed at any moment, and started again; nobody can tell afterwards."""

from __future__ import annotations

import json
import signal
import time

import pytest


def everything(namespace, name):
    """What matters of the children and statuses of a schedule."""
    schedule = namespace.get("auditschedule", name)["status"]
    cron_job = namespace.get("cronjob", name)["spec"]
    runs = {run["metadata"]["name"]: run.get("status", {}).get("result") for run in namespace.list("auditruns")}
    reasons = {c["type"]: (c["status"], c["reason"]) for c in schedule["conditions"]}
    config_maps = [c["metadata"]["name"] for c in namespace.list("configmaps", "-l", f"nightaudit.dev/schedule={name}")]
    return json.loads(json.dumps([cron_job, runs, reasons, config_maps, schedule["configMapName"]]))


@pytest.mark.parametrize("milliseconds", [0, 40, 80, 150, 300])
def test_a_kill_at_any_moment_leaves_no_trace(operator, namespace, make_schedule, make_run, soon, milliseconds):
    namespace.apply(make_schedule("nightly"))
    soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
    first = namespace.get("auditschedule", "nightly")["status"]["configMapName"]
    namespace.patch("auditschedule", "nightly", {"spec": {"schedule": "18 4 1 1 *"}})
    namespace.apply(make_run("now", "nightly"))
    time.sleep(milliseconds / 1000)
    operator.kill(signal.SIGKILL)
    namespace.kubectl("patch", "cronjob", "nightly", "--type=merge", "-p", '{"spec":{"timeZone":"Asia/Tokyo"}}')
    operator.start()
    operator.wait_ready()

    def settled():
        cron_job, runs, reasons, config_maps, used = everything(namespace, "nightly")
        jobs = namespace.list("jobs")
        seen = (cron_job["schedule"], cron_job["timeZone"], cron_job["suspend"], runs, reasons["Ready"], len(jobs))
        # Suspended while the user's run is under way.
        wanted = ("18 4 1 1 *", "Etc/UTC", True, {"now": "Pending"}, ["True", "Scheduled"], 1)
        # The Job may have started before the change was seen, and the last ConfigMap stays in any case.
        if seen != wanted or used == first or {*config_maps} != {first, used}:
            raise KeyError(seen, config_maps, first, used)
        return True

    soon(settled, "everything to be as if nothing had happened", 30)


def test_a_run_that_ends_while_the_operator_is_down_is_recorded(operator, namespace, make_schedule, summary, soon):
    namespace.apply(make_schedule("nightly"))
    soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
    operator.kill(signal.SIGKILL)
    namespace.kubectl("create", "job", "meanwhile", "--from=cronjob/nightly")
    namespace.end("meanwhile", message=summary())
    namespace.kubectl("wait", "job", "meanwhile", "--for=condition=Complete", "--timeout=20s")
    operator.start()
    operator.wait_ready()
    soon(lambda: namespace.reason("auditrun", "meanwhile", "Succeeded") == "True/Findings", "the record")


def test_what_was_deleted_while_it_was_down_is_gone_for_it_too(operator, namespace, make_schedule, soon):
    namespace.apply(make_schedule("nightly"))
    soon(lambda: namespace.reason("auditschedule", "nightly", "Ready") == "True/Scheduled", "readiness")
    namespace.kubectl("create", "job", "doomed", "--from=cronjob/nightly")
    soon(lambda: namespace.find("auditrun", "doomed"), "the run")
    operator.kill(signal.SIGKILL)
    namespace.kubectl("delete", "job", "doomed")
    operator.start()
    operator.wait_ready()
    soon(lambda: namespace.reason("auditrun", "doomed", "Succeeded") == "False/JobLost", "the loss to be noticed")


def test_it_ends_quietly_when_asked(operator, namespace):
    status = operator.kill(signal.SIGTERM)
    log = operator.log()
    operator.start()
    operator.wait_ready()
    assert status == 0, log[-2000:]
