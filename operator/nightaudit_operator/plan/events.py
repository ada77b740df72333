"""Which transitions of conditions people should see as Events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.conditions import Condition, transitions

_START_PROBLEMS = {
    reasons.IMAGE_PULL_FAILED,
    reasons.CONTAINER_CONFIG_INVALID,
    reasons.POD_NOT_CREATED,
    reasons.POD_UNSCHEDULABLE,
}
_NEWS_OF_WAITING = {reasons.RUNNING, reasons.WAITING_FOR_RUN, reasons.SCHEDULE_NOT_FOUND, reasons.SCHEDULE_NOT_READY}


class Event(msgspec.Struct, frozen=True):
    type: Literal["Normal", "Warning"]
    reason: str
    message: str


def events(before: Iterable[Condition], after: Iterable[Condition]) -> tuple[Event, ...]:
    """One Event for each transition that is news; what follows from another condition, or was to be expected, is none."""
    known = {condition.type: condition for condition in before}
    kinds = (
        (condition, _kind(condition, known.get(condition.type))) for condition in transitions(known.values(), after)
    )
    return tuple(Event(kind, condition.reason, condition.message) for condition, kind in kinds if kind is not None)


def _kind(condition: Condition, before: Condition | None) -> Literal["Normal", "Warning"] | None:
    bad = condition.status == "False"
    match condition.type:
        case reasons.READY:
            return "Warning" if bad else "Normal"
        case reasons.STALE:
            if condition.status == "True":
                return "Warning"
            return "Normal" if bad and before is not None and before.status == "True" else None
        case reasons.CHECKS_RECOGNIZED:
            if bad:
                return "Warning"
            return "Normal" if before is not None and before.status == "False" else None
        case reasons.ACTIVE:
            return "Warning" if condition.reason != reasons.ACTIVE else None
        case reasons.SUCCEEDED if condition.status == "Unknown":
            if condition.reason in _START_PROBLEMS:
                return "Warning"
            return "Normal" if condition.reason in _NEWS_OF_WAITING else None
        case reasons.SUCCEEDED:
            return "Warning" if bad else "Normal"
        case reasons.REPORT_STORED:
            return "Warning" if bad else None
        case reasons.NOTIFIED:
            if bad:
                return "Warning" if condition.reason != reasons.NOT_ANNOUNCED else None
            return "Normal" if condition.reason == reasons.ANNOUNCED else None
        case _:
            return None
