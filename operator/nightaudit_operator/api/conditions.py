"""Conditions after the Kubernetes API conventions ("Typical status properties")."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

Status = Literal["True", "False", "Unknown"]
MESSAGE_CHARACTERS = 4096


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, in whole seconds, as Kubernetes writes metav1.Time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime | None:
    """The moment that an RFC 3339 text names; None for an empty or malformed text, or one without a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


class Condition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """metav1.Condition."""

    type: str
    status: Status
    reason: str
    message: str = ""
    observed_generation: int = 0
    last_transition_time: str = ""

    @property
    def since(self) -> datetime | None:
        """When `status` last changed."""
        return parse_time(self.last_transition_time)


def find(conditions: Iterable[Condition], kind: str) -> Condition | None:
    """The condition of this type."""
    return next((condition for condition in conditions if condition.type == kind), None)


def settle(
    wanted: Iterable[Condition], known: Iterable[Condition], generation: int, now: datetime
) -> tuple[Condition, ...]:
    """The wanted conditions, sorted by type, with the generation that was judged and the time of the last transition.

    `lastTransitionTime` moves only when `status` changes, as the conventions ask.
    """
    before = {condition.type: condition for condition in known}

    def finish(condition: Condition) -> Condition:
        old = before.get(condition.type)
        unchanged = old is not None and old.status == condition.status and old.last_transition_time
        return msgspec.structs.replace(
            condition,
            message=condition.message[:MESSAGE_CHARACTERS],
            observed_generation=generation,
            last_transition_time=old.last_transition_time if old is not None and unchanged else format_time(now),
        )

    return tuple(sorted((finish(condition) for condition in wanted), key=lambda condition: condition.type))


def transitions(known: Iterable[Condition], settled: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions whose status or reason differs from before: what deserves an Event."""
    before = {condition.type: (condition.status, condition.reason) for condition in known}
    return tuple(c for c in settled if before.get(c.type) != (c.status, c.reason))
