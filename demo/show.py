"""The demo on a cluster: run, change something in AWS, run again, and look at what the product says."""

from __future__ import annotations

import sys
import time

from demo.aws.changes import first_act, second_act
from demo.stage import NAMESPACE, SCHEDULE, Object, Stage, run_name

INSTANCE = "demo"
EXCEPTIONS = ("keys-without-rotation", "legacy-site-until-move")
"""Those of demo/manifests: each covers something that is planted."""


def play() -> None:
    """Play both acts. Playing again on a stage that is up takes no more than the two runs."""
    began = time.monotonic()
    stage = Stage(INSTANCE)
    _say("A real Kubernetes, and both images on it")
    images = stage.raise_cluster()
    print(f"  {images.operator}\n  {images.auditor}")
    _say("An AWS organization with problems in it, an S3 server, a Slack")
    stage.raise_world()
    first_act(stage.world)
    _say("helm install, into a namespace that enforces PodSecurity `restricted`")
    stage.install(images)
    _say("kubectl apply: an AuditSchedule over three accounts, two AuditExceptions")
    stage.apply_manifests()

    _say("First run: an AuditRun that asks for it now")
    told = len(stage.world.slack_messages())
    _run(stage, run_name("first"))
    _look(stage)
    _news(stage, told)

    _say("Something changes in AWS")
    for line in second_act(stage.world):
        print(f"  {line}")
    _say("Second run: what is NEW, and what is RESOLVED")
    told = len(stage.world.slack_messages())
    second = run_name("second")
    _run(stage, second)
    _look(stage)
    _news(stage, told)
    _say(f"Open in a browser ({time.monotonic() - began:.0f} s after the start)")
    report = stage.get("auditrun", second)["status"]["report"]
    print(f"  the report   {report.get('url') or report['uri']}")
    print(f"  Slack        {stage.world.slack_page}")
    print(f"  the cluster  export KUBECONFIG={stage.cluster.kubeconfig}; kubectl -n {NAMESPACE} get nightaudit")
    print("  the end      make demo-down")


def end() -> None:
    """Remove the instance with everything in it."""
    Stage(INSTANCE).cluster.down()
    print("the demo is down: no process, mount, link or namespace of it is left")


def _run(stage: Stage, name: str) -> None:
    began = time.monotonic()
    stage.start_run(name)
    print(f"  waiting for AuditRun {name} (a pod starts, collects three accounts, audits, stores, tells)")
    run = stage.wait_run(name)
    _wait_until_counted(stage, name)
    status = run["status"]
    print(f"  {status['result']} after {time.monotonic() - began:.0f} s")
    for error in status.get("errors", [])[:4]:
        print(f"    {error}")


def _wait_until_counted(stage: Stage, name: str) -> None:
    """Until the schedule and the exceptions have heard of the run."""

    def heard(found: Object) -> bool:
        return bool(found.get("status", {}).get("lastRun", {}).get("name") == name)

    def counted(found: Object) -> bool:
        return "matchedFindings" in found.get("status", {}) and found["status"]["matchedFindings"] > 0

    stage.wait_for("auditschedule", SCHEDULE, heard, f"AuditSchedule {SCHEDULE} to name {name}", 30)
    for exception in EXCEPTIONS:
        stage.wait_for("auditexception", exception, counted, f"AuditException {exception} to count its findings", 30)


def _look(stage: Stage) -> None:
    print(f"\n$ kubectl -n {NAMESPACE} get auditschedules,auditexceptions,auditruns")
    print(stage.kubectl("get", "auditschedules,auditexceptions,auditruns"))


def _news(stage: Stage, told: int) -> None:
    """What came after the first `told` messages."""
    print(f"What Slack received ({stage.world.slack_page}), of {NAMESPACE}/{SCHEDULE}:\n")
    for message in stage.world.slack_messages()[told:]:
        indent = "      " if message.thread else "  "
        for line in message.text.splitlines():
            print(f"{indent}{line}")


def _say(title: str) -> None:
    print(f"\n\033[1m== {title}\033[0m" if _terminal() else f"\n== {title}", flush=True)


def _terminal() -> bool:
    return sys.stdout.isatty()
