"""What manifests say of checks to no effect: `nightaudit validate` refuses it, and a run counts it among its errors."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from nightaudit_auditor.checks.registry import AUDIT_PREFIX, Check, Registry
from nightaudit_auditor.checks.selection import named, named_by_any, select
from nightaudit_auditor.manifests import AuditException, AuditSchedule, Problem
from nightaudit_auditor.manifests.types import Checks, SeverityOverride


def name_problems(registry: Registry, manifest: AuditSchedule | AuditException) -> tuple[Problem, ...]:
    """What has no effect, in the manifest's order: neither a typing error nor a contradiction may switch a check off in silence.

    No effect have: a name or glob that means no check (CloudMapper's ids count), an exclusion of AUDIT_* checks alone, which
    always run, an inclusion that is wholly excluded, one of two severities of a check, and a selection without any check.
    """
    if isinstance(manifest, AuditException):
        return tuple(_unknown(registry, "spec.match.checks[{}]", manifest.spec.match.checks))
    return tuple(_of_schedule(registry, manifest))


def _of_schedule(registry: Registry, schedule: AuditSchedule) -> Iterator[Problem]:
    checks = schedule.spec.checks
    yield from _included(registry, checks)
    yield from _excluded(registry, checks.exclude)
    yield from _overridden(registry, checks.severity_overrides)
    for number, notification in enumerate(schedule.spec.notifications):
        yield from _unknown(registry, f"spec.notifications[{number}].match.checks[{{}}]", notification.match.checks)
    if not any(map(_optional, select(registry, checks).checks)):
        why = "leaves no check to run but those that always run"
        fix = "name more in include or less in exclude, or lower minimumSeverity"
        yield Problem("spec.checks", f"{why}: {fix}")


def _included(registry: Registry, checks: Checks) -> Iterator[Problem]:
    for index, pattern in enumerate(checks.include):
        path, found = f"spec.checks.include[{index}]", _meant(registry, pattern)
        optional = [check for check in found if _optional(check)]
        if not found:
            yield _names_nothing(registry, path, pattern)
        elif optional and all(named_by_any(check, checks.exclude) for check in optional):
            why = f"{pattern!r} names only checks that spec.checks.exclude names too"
            yield Problem(path, f"{why}: take it out, or exclude less")


def _excluded(registry: Registry, patterns: Iterable[str]) -> Iterator[Problem]:
    for index, pattern in enumerate(patterns):
        path, found = f"spec.checks.exclude[{index}]", _meant(registry, pattern)
        if not found:
            yield _names_nothing(registry, path, pattern)
        elif not any(map(_optional, found)):
            why = f"{pattern!r} names only checks that always run"
            yield Problem(path, f"{why}: cover their findings with an AuditException instead")


def _overridden(registry: Registry, overrides: Iterable[SeverityOverride]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for index, override in enumerate(overrides):
        path, found = f"spec.checks.severityOverrides[{index}].check", _meant(registry, override.check)
        if not found:
            yield _names_nothing(registry, path, override.check)
        for check in found:
            if check.id in first:
                yield Problem(
                    path, f"{override.check!r} and {first[check.id]} are one check, {check.id}: keep one of them"
                )
            first.setdefault(check.id, f"{override.check!r} ({path})")


def _unknown(registry: Registry, path: str, patterns: Iterable[str]) -> Iterator[Problem]:
    for index, pattern in enumerate(patterns):
        if not _meant(registry, pattern):
            yield _names_nothing(registry, path.format(index), pattern)


def _meant(registry: Registry, pattern: str) -> list[Check]:
    return [check for check in registry.checks.values() if named(check, pattern)]


def _optional(check: Check) -> bool:
    return not check.id.startswith(AUDIT_PREFIX)


def _names_nothing(registry: Registry, path: str, pattern: str) -> Problem:
    what = "matches no check" if _is_glob(pattern) else "is not the name of a check"
    return Problem(path, f"{pattern!r} {what}: {_suggestion(registry, pattern)}")


def _suggestion(registry: Registry, pattern: str) -> str:
    names = [text for check in registry.checks.values() for text in (check.id, *check.aliases)]
    capitals = pattern.upper()
    if any(named(check, capitals) for check in registry.checks.values()):
        return f"did you mean {capitals}?"
    choice = _families(registry.checks) if _is_glob(pattern) else names
    nearest = difflib.get_close_matches(capitals, choice, n=1)
    return f"did you mean {nearest[0]}?" if nearest else "`nightaudit checks list` shows them all"


def _families(ids: Iterable[str]) -> list[str]:
    """The globs over what ids begin with: S3_*, S3_BUCKET_*, …"""
    return sorted({f"{id_[: end.end()]}*" for id_ in ids for end in re.finditer("_", id_)})


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
