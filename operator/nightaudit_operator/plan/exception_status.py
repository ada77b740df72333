"""The status of an AuditException."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import Condition, format_time, parse_time, settle
from nightaudit_operator.api.manifests import ExceptionStatus
from nightaudit_operator.api.objects import AuditException, Run, Schedule
from nightaudit_operator.plan import recognition
from nightaudit_operator.plan.selection import matches

State = Literal["Active", "Expiring", "Expired"]
EXPIRING = timedelta(days=14)


def expired(exception: AuditException, now: datetime) -> bool:
    """Whether the exception is dead; one whose expiry cannot be read is, as for the auditor."""
    if exception.spec is None:
        return True
    if not exception.spec.expiry_time:
        return False
    expiry = parse_time(exception.spec.expiry_time)
    return expiry is None or expiry <= now


class Told(msgspec.Struct, frozen=True):
    """What the runs of a schedule told of its exceptions: the latest that could, and the last match of each by name."""

    schedule: Schedule
    latest: Run | None
    last_match: dict[str, datetime]


def told(schedules: Iterable[Schedule], runs: Iterable[Run]) -> tuple[Told, ...]:
    """Of all schedules and runs of a namespace; made once for all its exceptions."""
    by_schedule: dict[str, list[Run]] = {}
    for run in runs:
        if run.status.result in {"Clean", "Findings", "Partial"}:
            by_schedule.setdefault(run.spec.schedule_name, []).append(run)
    return tuple(_told(schedule, by_schedule.get(schedule.name, [])) for schedule in schedules)


def _told(schedule: Schedule, runs: Sequence[Run]) -> Told:
    last: dict[str, datetime] = {}
    for run in runs:
        ended = parse_time(run.status.completion_time)
        if ended is not None:
            for match in run.status.exception_matches:
                last[match.name] = max(last.get(match.name, ended), ended)
    latest = max(runs, key=lambda run: (run.status.completion_time, run.created, run.name), default=None)
    return Told(schedule, latest, last)


def status(exception: AuditException, said: Iterable[Told], now: datetime) -> ExceptionStatus:
    """What a run did not report is unknown, and then the sum is left out."""
    total: int | None = 0
    uncounted: list[str] = []
    last = parse_time(exception.status.last_match_time)
    for of in said:
        spec = of.schedule.spec
        if spec is None or of.latest is None or not matches(spec.exception_selector, exception.labels):
            continue
        covered = count(of.latest, exception.name)
        if covered is None:
            uncounted.append(of.latest.name)
        total = total + covered if total is not None and covered is not None else None
        matched = of.last_match.get(exception.name)
        last = max(last, matched) if last is not None and matched is not None else matched or last
    state, applies = _state(exception, uncounted, now)
    conditions = [applies]
    if exception.spec is not None:
        conditions.append(recognition.condition(recognition.of_exception(exception.spec)))
    return ExceptionStatus(
        observed_generation=exception.generation,
        state=state,
        matched_findings=total,
        last_match_time=format_time(last) if last else "",
        conditions=settle(conditions, exception.status.conditions, exception.generation, now),
    )


def changes_at(exception: AuditException, now: datetime) -> datetime | None:
    """When time alone changes the state next."""
    expiry = parse_time(exception.spec.expiry_time) if exception.spec is not None else None
    if expiry is None:
        return None
    return next((moment for moment in (expiry - EXPIRING, expiry) if moment > now), None)


def count(run: Run, name: str) -> int | None:
    """How many findings of this run the exception covers; None if the run did not say."""
    listed, matched = run.status.exception_matches, run.status.exceptions_matched
    known = next((match.count for match in listed if match.name == name), None)
    if known is not None:
        return known
    return 0 if matched is not None and matched <= len(listed) else None


def _state(exception: AuditException, uncounted: Sequence[str], now: datetime) -> tuple[State, Condition]:
    note = f"; run {', '.join(uncounted)} did not report what it matched" if uncounted else ""
    if exception.spec is None:
        invalid = Condition(
            type=reasons.ACTIVE, status="False", reason=reasons.INVALID_EXCEPTION, message=exception.invalid
        )
        return "Expired", invalid
    text = exception.spec.expiry_time
    expiry = parse_time(text)
    if expired(exception, now):
        message = f"expired at {text}: its findings count again{note}"
        return "Expired", Condition(type=reasons.ACTIVE, status="False", reason=reasons.EXPIRED, message=message)
    if expiry is not None and expiry - now <= EXPIRING:
        message = f"expires at {text}: renew it or mend what it excepts{note}"
        return "Expiring", Condition(type=reasons.ACTIVE, status="True", reason=reasons.EXPIRING, message=message)
    message = f"applies until {text}{note}" if text else f"applies, without an end{note}"
    return "Active", Condition(type=reasons.ACTIVE, status="True", reason=reasons.ACTIVE, message=message)
