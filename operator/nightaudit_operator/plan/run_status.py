"""The status of an AuditRun: from its Job, its pod, and the termination message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

import msgspec

from nightaudit_operator.api import reasons, summary
from nightaudit_operator.api.conditions import Condition, Status, find, format_time, parse_time, settle
from nightaudit_operator.api.manifests import (
    AccountCounts,
    ExceptionMatch,
    NotificationStatus,
    RunStatus,
    SeverityCounts,
    StoredReport,
)
from nightaudit_operator.api.objects import ConfigMap, Job, Pod, Run
from nightaudit_operator.api.summary import Summary
from nightaudit_operator.plan.death import POD_WAIT, Problem, death, settled, start_problem

MAXIMUM_MATCHES = 200
_MAXIMUM_ERRORS = 20
_TEXT_CHARACTERS = 1000
# Whoever cannot pull the image, or gets no pod, cannot announce it either: these show as condition, Event and metric.
_MUTE = {
    reasons.IMAGE_PULL_FAILED,
    reasons.CONTAINER_CONFIG_INVALID,
    reasons.POD_NOT_CREATED,
    reasons.POD_UNSCHEDULABLE,
    reasons.JOB_LOST,
}


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What a run's Job and pod say.

    `died` is set when the run just ended without a summary and people should hear of it; `absent_job` names the Job whose
    absence the status rests on; `recheck` is when time alone may change the answer.
    """

    status: RunStatus
    died: Problem | None = None
    absent_job: str = ""
    recheck: datetime | None = None


class Link(msgspec.Struct, frozen=True):
    """How a report's s3:// address becomes a link."""

    template: str
    region: str

    def url(self, uri: str) -> str:
        if not self.template or not uri.startswith("s3://"):
            return ""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        values = {"bucket": bucket, "key": quote(key), "region": self.region, "uri": quote(uri, safe=":/")}
        return self.template.format(**values)


def newest(pods: Iterable[Pod], job: Job) -> Pod | None:
    """The pod that speaks for the Job: a drained node's pod is followed by another."""
    return max(
        (p for p in pods if p.job_uid == job.uid), key=lambda p: (not p.disrupted, p.created, p.name), default=None
    )


def waiting(run: Run, problem: Problem, now: datetime) -> RunStatus:
    """A run that has no Job yet."""
    return _status(run, RunStatus(result="Pending"), _under_way(problem), now)


def not_ready(schedule: str) -> Problem:
    """Why a user's run has to wait while its schedule has no CronJob that is up to date."""
    return Problem(
        reasons.SCHEDULE_NOT_READY,
        f"AuditSchedule {schedule} is not ready: the run starts when it is (see its Ready condition)",
    )


def lost(run: Run, job_name: str, now: datetime) -> Observed:
    """A run whose Job has vanished before it ended."""
    problem = Problem(reasons.JOB_LOST, f"Job {job_name} was deleted before the run ended")
    base = RunStatus(job_name=job_name, start_time=run.status.start_time, completion_time=format_time(now))
    return Observed(status=_dead(run, base, problem, announce=False, now=now), absent_job=job_name)


def observe(
    run: Run,
    job: Job,
    pods: Iterable[Pod],
    config_maps: Iterable[ConfigMap],
    link: Link,
    *,
    audible: bool,
    now: datetime,
) -> Observed:
    """The status of a run whose Job exists. `audible`: the schedule exists and has somebody to tell."""
    pod = newest(pods, job)
    started = (pod.started if pod is not None else "") or run.status.start_time
    base = RunStatus(job_name=job.name, start_time=started)
    if not job.finished:
        problem = start_problem(job, pod, now)
        recheck = job.created + POD_WAIT if pod is None and problem is None else None
        if problem is None and pod is not None and pod.ran:
            base = msgspec.structs.replace(base, result="Running")
            problem = Problem(reasons.RUNNING, f"pod {pod.name} is running")
        else:
            base = msgspec.structs.replace(base, result="Pending")
            problem = problem or Problem(reasons.PENDING, f"Job {job.name} is waiting for its pod to start")
        return Observed(status=_status(run, base, _under_way(problem), now), recheck=recheck)
    if not settled(job, pod, now):
        base = msgspec.structs.replace(base, result="Running")
        status = _status(run, base, _under_way(Problem(reasons.RUNNING, f"Job {job.name} has ended")), now)
        return Observed(status=status, recheck=(parse_time(job.finish_time) or job.created) + POD_WAIT)
    fault = "the auditor left no termination message"
    if pod is not None:
        try:
            told = summary.parse(pod.message, pod.name)
        except summary.InvalidSummaryError as error:
            fault = str(error)
        else:
            return Observed(status=_summarized(run, job, pod, told, config_maps, link, now))
    before = find(run.status.conditions, reasons.SUCCEEDED)
    problem = death(job, pod, before.reason if before else "", fault)
    announce = audible and problem.reason not in _MUTE
    base = msgspec.structs.replace(
        base,
        start_time=started,
        completion_time=(pod.ended if pod is not None else "") or job.finish_time,
    )
    return Observed(status=_dead(run, base, problem, announce=announce, now=now), died=problem if announce else None)


def announced(run: Run, job: Job | None, now: datetime) -> RunStatus | None:
    """The status of a dead run once its notify Job has ended or vanished; None while there is nothing new."""
    told = find(run.status.conditions, reasons.NOTIFIED)
    if told is None or told.reason != reasons.ANNOUNCING:
        return None
    if job is None:
        outcome = _condition(
            reasons.NOTIFIED, "False", reasons.ANNOUNCE_FAILED, "the notify Job vanished before its end was seen"
        )
    elif job.finished == "Complete":
        outcome = _condition(reasons.NOTIFIED, "True", reasons.ANNOUNCED, f"Job {job.name} announced that the run died")
    elif job.finished:
        why = job.message or job.reason
        outcome = _condition(
            reasons.NOTIFIED, "False", reasons.ANNOUNCE_FAILED, f"Job {job.name} failed ({why}): see its log"
        )
    else:
        return None
    return _notified(run, run.status, outcome, now)


def unannounced(run: Run, status: RunStatus, job_name: str, why: str, now: datetime) -> RunStatus:
    """The status of a dead run whose notify Job the API server refuses."""
    message = f"Job {job_name} cannot be created: {why}"
    return _notified(run, status, _condition(reasons.NOTIFIED, "False", reasons.ANNOUNCE_FAILED, message), now)


def _notified(run: Run, status: RunStatus, outcome: Condition, now: datetime) -> RunStatus:
    kept = [condition for condition in status.conditions if condition.type != reasons.NOTIFIED]
    conditions = settle([*kept, outcome], run.status.conditions, run.generation, now)
    return msgspec.structs.replace(status, conditions=conditions)


def _summarized(
    run: Run, job: Job, pod: Pod, told: Summary, config_maps: Iterable[ConfigMap], link: Link, now: datetime
) -> RunStatus:
    errors = [" ".join(error.split())[:_TEXT_CHARACTERS] for error in told.errors[:_MAXIMUM_ERRORS]]
    unsaid = told.error_count - len(errors)
    if unsaid > 0:
        errors.append(f"and {unsaid} more: see the report, or the log of pod {pod.name}")
    counts = _match_counts(told, job, config_maps)
    matched = [ExceptionMatch(name=name, count=count) for name, count in (counts or {}).items() if count]
    kept = sorted(sorted(matched, key=lambda m: (-m.count, m.name))[:MAXIMUM_MATCHES], key=lambda m: m.name)
    if len(matched) > len(kept):
        errors.append(f"match counts of {len(matched) - len(kept)} more exceptions are not kept here")
    report = told.report
    base = RunStatus(
        result=told.result,
        job_name=job.name,
        start_time=told.start_time,
        completion_time=told.completion_time,
        accounts=AccountCounts(
            total=told.accounts.total,
            succeeded=told.accounts.succeeded,
            failed=told.accounts.failed,
            text=f"{told.accounts.succeeded}/{told.accounts.total}",
        ),
        findings=SeverityCounts(
            critical=told.findings.critical,
            high=told.findings.high,
            medium=told.findings.medium,
            low=told.findings.low,
            info=told.findings.info,
        ),
        new=told.new,
        reopened=told.reopened,
        resolved=told.resolved,
        excepted=told.excepted,
        unknown=told.unknown,
        baseline=told.baseline,
        report=StoredReport(uri=report.uri, sha256=report.sha256, url=link.url(report.uri)) if report else None,
        exceptions_matched=len(matched) if counts is not None else None,
        exception_matches=tuple(kept),
        notifications=tuple(
            NotificationStatus(
                name=d.name, delivered=d.delivered, reason=d.reason, message=d.message[:_TEXT_CHARACTERS]
            )
            for d in told.notifications
        ),
        errors=tuple(errors),
    )
    first = errors[0] if errors else "see the log of the auditor's pod"
    if told.result == "Error":
        reason = reasons.CONFIGURATION_INVALID if pod.exit_code == 2 else reasons.AUDIT_FAILED
        succeeded = _condition(reasons.SUCCEEDED, "False", reason, first)
    else:
        succeeded = _condition(reasons.SUCCEEDED, "True", told.result, _headline(told))
    stored = (
        _condition(reasons.REPORT_STORED, "True", reasons.STORED, report.uri)
        if report
        else _condition(reasons.REPORT_STORED, "False", reasons.NOT_STORED, first)
    )
    return _status(run, base, [succeeded, stored, _delivery(told)], now)


def _headline(told: Summary) -> str:
    found = told.findings
    open_findings = found.critical + found.high + found.medium + found.low + found.info
    text = (
        f"{told.accounts.succeeded} of {told.accounts.total} accounts audited: {open_findings} findings, {told.new} new"
    )
    return f"{text}, {told.resolved} resolved, {told.unknown} unknown" + (" (baseline)" if told.baseline else "")


def _delivery(told: Summary) -> Condition:
    failed = [delivery for delivery in told.notifications if not delivery.delivered]
    if failed:
        message = "; ".join(f"{d.name}: {d.reason}: {d.message}".rstrip(": ") for d in failed)
        return _condition(reasons.NOTIFIED, "False", failed[0].reason, message)
    if told.errors_topic is not None and not told.errors_topic.delivered:
        return _condition(reasons.NOTIFIED, "False", reasons.ERRORS_TOPIC_FAILED, told.errors_topic.message)
    if not told.notifications:
        return _condition(reasons.NOTIFIED, "True", reasons.NOT_CONFIGURED, "the schedule has no notifications")
    if all(delivery.reason == reasons.NOTHING_TO_SEND for delivery in told.notifications):
        return _condition(reasons.NOTIFIED, "True", reasons.NOTHING_TO_SEND, "nothing that anybody asked to hear of")
    sent = [delivery.name for delivery in told.notifications if delivery.reason != reasons.NOTHING_TO_SEND]
    return _condition(reasons.NOTIFIED, "True", reasons.SENT, f"told {', '.join(sent)}")


def _match_counts(told: Summary, job: Job, config_maps: Iterable[ConfigMap]) -> dict[str, int] | None:
    """Findings per exception's name; None if the auditor left them out, or if they are of another list than the Job's."""
    if told.exceptions is None:
        return None
    source = next((c for c in config_maps if c.name == job.config_map), None)
    if source is None or source.exceptions_digest != told.exceptions.digest:
        return None
    if len(source.exceptions) != len(told.exceptions.matched):
        return None
    return dict(zip(source.exceptions, told.exceptions.matched, strict=True))


def _dead(run: Run, base: RunStatus, problem: Problem, *, announce: bool, now: datetime) -> RunStatus:
    base = msgspec.structs.replace(base, result="Error", errors=(problem.message[:_TEXT_CHARACTERS],))
    notified = (
        _condition(reasons.NOTIFIED, "Unknown", reasons.ANNOUNCING, "a notify Job is telling people that the run died")
        if announce
        else _condition(reasons.NOTIFIED, "False", reasons.NOT_ANNOUNCED, "nobody was told that the run died")
    )
    unsaid = "the run ended before it could say whether the report was stored"
    conditions = [
        _condition(reasons.SUCCEEDED, "False", problem.reason, problem.message),
        _condition(reasons.REPORT_STORED, "Unknown", reasons.NOT_REPORTED, unsaid),
        notified,
    ]
    return _status(run, base, conditions, now)


def _under_way(problem: Problem) -> list[Condition]:
    later = "the run has not finished"
    return [
        _condition(reasons.SUCCEEDED, "Unknown", problem.reason, problem.message),
        _condition(reasons.REPORT_STORED, "Unknown", reasons.NOT_FINISHED, later),
        _condition(reasons.NOTIFIED, "Unknown", reasons.NOT_FINISHED, later),
    ]


def _condition(kind: str, status: Status, reason: str, message: str) -> Condition:
    return Condition(type=kind, status=status, reason=reason, message=message)


def _status(run: Run, base: RunStatus, conditions: list[Condition], now: datetime) -> RunStatus:
    started, ended = parse_time(base.start_time), parse_time(base.completion_time)
    seconds = max(0, round((ended - started).total_seconds())) if started and ended else None
    return msgspec.structs.replace(
        base,
        observed_generation=run.generation,
        conditions=settle(conditions, run.status.conditions, run.generation, now),
        duration_seconds=seconds,
    )
