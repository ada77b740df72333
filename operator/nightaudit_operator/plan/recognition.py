"""What a spec says of checks to no effect: neither a typing error nor a contradiction may switch one off in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

import msgspec

from nightaudit_operator.api import reasons
from nightaudit_operator.api.checks import CATALOGUE, Severity, named, named_by_any, selected
from nightaudit_operator.api.conditions import MESSAGE_CHARACTERS, Condition
from nightaudit_operator.api.manifests import Checks, ExceptionSpec, ScheduleSpec, SeverityOverride

_GRAVITY: Final = (
    reasons.NOTHING_SELECTED,
    reasons.UNKNOWN_CHECKS,
    reasons.INCLUDED_AND_EXCLUDED,
    reasons.OVERRIDDEN_TWICE,
    reasons.NOT_EXCLUDABLE,
)
"""Of several reasons, the condition's is the first of these."""

_ADVICE: Final = "`nightaudit validate` says what to write instead"
_ROOM: Final = MESSAGE_CHARACTERS - len(f"and {10**6} more: {_ADVICE}")


class Ineffective(msgspec.Struct, frozen=True):
    """What has no effect: where it is, what is wrong with it, and the reason for the condition."""

    path: str
    why: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def of_schedule(spec: ScheduleSpec) -> tuple[Ineffective, ...]:
    """In `checks` and in what notifications match. In the order of the spec."""
    return (
        *_included(spec.checks),
        *_excluded(spec.checks.exclude),
        *_overridden(spec.checks.severity_overrides),
        *(
            name
            for number, notification in enumerate(spec.notifications)
            for name in _unknown(f"spec.notifications[{number}].match.checks[{{}}]", notification.match.checks)
        ),
        *_selecting_nothing(spec.checks),
    )


def of_exception(spec: ExceptionSpec) -> tuple[Ineffective, ...]:
    """In `match.checks`."""
    return tuple(_unknown("spec.match.checks[{}]", spec.match.checks))


def condition(ineffective: tuple[Ineffective, ...]) -> Condition:
    """ChecksRecognized: False with what has no effect. What it stands beside is honoured: Ready is not concerned."""
    if not ineffective:
        message = "every check that is named is known, and nothing contradicts itself"
        return Condition(type=reasons.CHECKS_RECOGNIZED, status="True", reason=reasons.ALL_RECOGNIZED, message=message)
    told = [f"{each}; " for each in ineffective]
    fit = sum(end <= _ROOM for end in accumulate(map(len, told)))
    more = f"; and {len(told) - fit} more" if fit < len(told) else ""
    return Condition(
        type=reasons.CHECKS_RECOGNIZED,
        status="False",
        reason=min((each.reason for each in ineffective), key=_GRAVITY.index),
        message=f"{''.join(told[:fit]).removesuffix('; ')}{more}: {_ADVICE}",
    )


def _included(checks: Checks) -> Iterator[Ineffective]:
    excluded = named_by_any(checks.exclude)
    for index, pattern in enumerate(checks.include):
        path, found = f"spec.checks.include[{index}]", named(pattern)
        optional = found - CATALOGUE.always_run
        if not found:
            yield _names_nothing(path, pattern)
        elif optional and optional <= excluded:
            why = f"{pattern!r} names only checks that spec.checks.exclude names too"
            yield Ineffective(path, why, reasons.INCLUDED_AND_EXCLUDED)


def _excluded(patterns: Iterable[str]) -> Iterator[Ineffective]:
    for index, pattern in enumerate(patterns):
        path, found = f"spec.checks.exclude[{index}]", named(pattern)
        if not found:
            yield _names_nothing(path, pattern)
        elif found <= CATALOGUE.always_run:
            yield Ineffective(path, f"{pattern!r} names only checks that always run", reasons.NOT_EXCLUDABLE)


def _overridden(overrides: Iterable[SeverityOverride]) -> Iterator[Ineffective]:
    first: dict[str, str] = {}
    for index, override in enumerate(overrides):
        path, found = f"spec.checks.severityOverrides[{index}].check", named(override.check)
        if not found:
            yield _names_nothing(path, override.check)
        for id_ in sorted(found):
            if id_ in first:
                why = f"{override.check!r} and {first[id_]} are one check, {id_}"
                yield Ineffective(path, why, reasons.OVERRIDDEN_TWICE)
            first.setdefault(id_, f"{override.check!r} ({path})")


def _selecting_nothing(checks: Checks) -> Iterator[Ineffective]:
    overrides: dict[str, Severity] = {
        id_: override.severity for override in checks.severity_overrides for id_ in named(override.check)
    }
    if not selected(checks.include, checks.exclude, overrides, checks.minimum_severity):
        why = "leaves no check to run but those that always run"
        yield Ineffective("spec.checks", why, reasons.NOTHING_SELECTED)


def _unknown(path: str, patterns: Iterable[str]) -> Iterator[Ineffective]:
    for index, pattern in enumerate(patterns):
        if not named(pattern):
            yield _names_nothing(path.format(index), pattern)


def _names_nothing(path: str, name: str) -> Ineffective:
    what = "matches no check" if "*" in name or "?" in name else "is not the name of a check"
    return Ineffective(path, f"{name!r} {what}", reasons.UNKNOWN_CHECKS)
