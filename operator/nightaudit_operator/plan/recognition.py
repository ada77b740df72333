"""Whether the checks that a spec names are checks: a typing error must not switch one off in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.checks import CATALOGUE, named
from nightaudit_operator.api.conditions import Condition
from nightaudit_operator.api.manifests import ExceptionSpec, ScheduleSpec

MOST_TOLD = 18
"""A condition's message has 4096 characters; a name, with its path and what is wrong with it, has some 200 at most."""


class Ineffective(msgspec.Struct, frozen=True):
    """A name or glob that has no effect: where it is, and the reason for the condition."""

    path: str
    name: str
    reason: str

    def __str__(self) -> str:
        why = (
            "names only checks that always run" if self.reason == reasons.NOT_EXCLUDABLE else _names_nothing(self.name)
        )
        return f"{self.path}: {self.name!r} {why}"


def of_schedule(spec: ScheduleSpec) -> tuple[Ineffective, ...]:
    """In `checks` and in what notifications match. In the order of the spec."""
    overridden = (override.check for override in spec.checks.severity_overrides)
    return (
        *_unknown("spec.checks.include[{}]", spec.checks.include),
        *_excluded(spec.checks.exclude),
        *_unknown("spec.checks.severityOverrides[{}].check", overridden),
        *(
            name
            for number, notification in enumerate(spec.notifications)
            for name in _unknown(f"spec.notifications[{number}].match.checks[{{}}]", notification.match.checks)
        ),
    )


def of_exception(spec: ExceptionSpec) -> tuple[Ineffective, ...]:
    """In `match.checks`."""
    return tuple(_unknown("spec.match.checks[{}]", spec.match.checks))


def condition(ineffective: tuple[Ineffective, ...]) -> Condition:
    """ChecksRecognized: False with the names that have no effect. What they stand beside is honoured: Ready is not concerned."""
    if not ineffective:
        message = "every check that is named is known"
        return Condition(type=reasons.CHECKS_RECOGNIZED, status="True", reason=reasons.ALL_RECOGNIZED, message=message)
    unknown = any(name.reason == reasons.UNKNOWN_CHECKS for name in ineffective)
    told = "; ".join(map(str, ineffective[:MOST_TOLD]))
    more = f"; and {len(ineffective) - MOST_TOLD} more" if len(ineffective) > MOST_TOLD else ""
    return Condition(
        type=reasons.CHECKS_RECOGNIZED,
        status="False",
        reason=reasons.UNKNOWN_CHECKS if unknown else reasons.NOT_EXCLUDABLE,
        message=f"{told}{more}: `nightaudit validate` says what to write instead",
    )


def _unknown(path: str, patterns: Iterable[str]) -> Iterator[Ineffective]:
    for index, pattern in enumerate(patterns):
        if not named(pattern):
            yield Ineffective(path.format(index), pattern, reasons.UNKNOWN_CHECKS)


def _excluded(patterns: Iterable[str]) -> Iterator[Ineffective]:
    for index, pattern in enumerate(patterns):
        checks = named(pattern)
        if checks <= CATALOGUE.always_run:
            reason = reasons.NOT_EXCLUDABLE if checks else reasons.UNKNOWN_CHECKS
            yield Ineffective(f"spec.checks.exclude[{index}]", pattern, reason)


def _names_nothing(name: str) -> str:
    return "matches no check" if "*" in name or "?" in name else "is not the name of a check"
