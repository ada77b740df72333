"""Why a run that left no summary ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import parse_time
from nightaudit_operator.api.objects import Job, Pod

POD_WAIT = timedelta(seconds=60)
"""How long a Job may have no pod before that is reported, and how long after a Job's end its pod's end may be seen."""

# Kubelet: pkg/kubelet/images/types.go and pkg/kubelet/container/sync_result.go.
_IMAGE = {
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
}
_CONTAINER = {"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError"}
# Pods that the kubelet or a controller ended for the node's sake.
_EVICTED = {"Evicted", "Preempting", "Terminated", "NodeShutdown", "NodeLost", "NodeAffinity", "Shutdown"}


class Problem(NamedTuple):
    """A reason of api/reasons.py, and what people should read."""

    reason: str
    message: str


def start_problem(job: Job, pod: Pod | None, now: datetime) -> Problem | None:
    """What keeps an unfinished Job's pod from running, if anything does."""
    if pod is None:
        if job.pods or now - job.created < POD_WAIT:
            return None
        return Problem(
            reasons.POD_NOT_CREATED,
            f"Job {job.name} has no pod: a quota or an admission policy may refuse it; see kubectl describe job {job.name}",
        )
    if pod.waiting in _IMAGE:
        return Problem(reasons.IMAGE_PULL_FAILED, f"{pod.waiting}: {pod.waiting_message}".rstrip(": "))
    if pod.waiting in _CONTAINER:
        return Problem(reasons.CONTAINER_CONFIG_INVALID, f"{pod.waiting}: {pod.waiting_message}".rstrip(": "))
    if pod.unschedulable and not pod.ran:
        return Problem(reasons.POD_UNSCHEDULABLE, pod.unschedulable)
    return None


def death(job: Job, pod: Pod | None, before: str, fault: str) -> Problem:
    """Why the Job ended without a summary.

    `before` is the reason that the run showed last: a pod that never ran is ended by its deadline, and then no longer says
    what kept it. `fault` is what is wrong with the termination message.
    """
    if pod is None:
        detail = f": {job.reason}: {job.message}".rstrip(": ") if job.finished == "Failed" else " complete"
        return Problem(reasons.JOB_FAILED, f"Job {job.name} ended{detail}; its pod is gone, and its summary with it")
    stuck = start_problem(job, pod, job.created)
    if not pod.ran and stuck is not None and stuck.reason != reasons.POD_UNSCHEDULABLE:
        return stuck
    if not pod.ran and before in {reasons.IMAGE_PULL_FAILED, reasons.CONTAINER_CONFIG_INVALID}:
        return Problem(before, f"pod {pod.name} never ran: {pod.status_message or pod.reason}")
    if pod.terminated_reason == "OOMKilled":
        return Problem(
            reasons.OOM_KILLED, f"pod {pod.name} ran out of memory: raise spec.resources.limits.memory of the schedule"
        )
    if pod.reason == "DeadlineExceeded":
        return Problem(
            reasons.DEADLINE_EXCEEDED,
            f"pod {pod.name} was ended at its deadline: raise spec.runDeadlineSeconds, or audit fewer accounts",
        )
    if pod.reason in _EVICTED or pod.disrupted:
        return Problem(
            reasons.EVICTED, f"pod {pod.name} was evicted: {pod.status_message or pod.reason or 'its node went'}"
        )
    said = " ".join(pod.message.split())[:300]
    if pod.exit_code == 2:
        return Problem(reasons.CONFIGURATION_INVALID, said or f"pod {pod.name} ended with exit status 2: see its log")
    if pod.message or (pod.terminated and pod.exit_code == 0):
        return Problem(reasons.INVALID_SUMMARY, f"{fault}; it begins: {said[:100]}" if said else fault)
    ending = f"with exit status {pod.exit_code}" if pod.terminated else f"in phase {pod.phase}"
    return Problem(reasons.POD_FAILED, f"pod {pod.name} ended {ending} and left no summary: see its log")


def settled(job: Job, pod: Pod | None, now: datetime) -> bool:
    """Whether nothing more is to be learnt of a finished Job's pod: the two are watched apart, and the Job's end may come first."""
    if pod is not None and (pod.terminated or pod.phase in {"Succeeded", "Failed"}):
        return True
    ended = parse_time(job.finish_time) or job.created
    return now - ended >= POD_WAIT
