"""Names of checks in manifests that have no effect: `nightaudit validate` refuses them, and a run counts them among its errors."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nightaudit_auditor.checks.registry import AUDIT_PREFIX, Check, Registry
from nightaudit_auditor.manifests import AuditException, AuditSchedule, Problem, glob_matches


def named(check: Check, pattern: str) -> bool:
    """Whether the glob matches the check's id or one of CloudMapper's ids for it."""
    return any(glob_matches(pattern, name) for name in (check.id, *check.aliases))


def name_problems(registry: Registry, manifest: AuditSchedule | AuditException) -> tuple[Problem, ...]:
    """Each name or glob that has no effect, in the manifest's order: a typing error must not switch a check off in silence.

    Globs match ids and CloudMapper's ids. What `checks.exclude` names must be more than the AUDIT_* checks: they always run.
    """
    return tuple(
        Problem(name.path, reason)
        for name in (_of_schedule(manifest) if isinstance(manifest, AuditSchedule) else _of_exception(manifest))
        if (reason := _trouble(registry, name))
    )


@dataclass(frozen=True)
class _Name:
    """A pattern at a path of a manifest."""

    path: str
    pattern: str
    excludes: bool = False


def _of_schedule(schedule: AuditSchedule) -> Iterator[_Name]:
    checks = schedule.spec.checks
    for index, pattern in enumerate(checks.include):
        yield _Name(f"spec.checks.include[{index}]", pattern)
    for index, pattern in enumerate(checks.exclude):
        yield _Name(f"spec.checks.exclude[{index}]", pattern, excludes=True)
    for index, override in enumerate(checks.severity_overrides):
        yield _Name(f"spec.checks.severityOverrides[{index}].check", override.check)
    for number, notification in enumerate(schedule.spec.notifications):
        for index, pattern in enumerate(notification.match.checks):
            yield _Name(f"spec.notifications[{number}].match.checks[{index}]", pattern)


def _of_exception(exception: AuditException) -> Iterator[_Name]:
    for index, pattern in enumerate(exception.spec.match.checks):
        yield _Name(f"spec.match.checks[{index}]", pattern)


def _trouble(registry: Registry, name: _Name) -> str:
    """Why the name has no effect, and what to write instead; empty if it has one."""
    found = [check for check in registry.checks.values() if named(check, name.pattern)]
    if not found:
        what = "matches no check" if _is_glob(name.pattern) else "is not the name of a check"
        return f"{name.pattern!r} {what}: {_suggestion(registry, name.pattern)}"
    if name.excludes and all(check.id.startswith(AUDIT_PREFIX) for check in found):
        return (
            f"{name.pattern!r} names only checks that always run: cover their findings with an AuditException instead"
        )
    return ""


def _suggestion(registry: Registry, pattern: str) -> str:
    names = [text for check in registry.checks.values() for text in (check.id, *check.aliases)]
    capitals = pattern.upper()
    if any(glob_matches(capitals, text) for text in names):
        return f"did you mean {capitals}?"
    choice = _families(registry.checks) if _is_glob(pattern) else names
    nearest = difflib.get_close_matches(capitals, choice, n=1)
    return f"did you mean {nearest[0]}?" if nearest else "`nightaudit checks list` shows them all"


def _families(ids: Iterable[str]) -> list[str]:
    """The globs over what ids begin with: S3_*, S3_BUCKET_*, …"""
    return sorted({f"{id_[: end.end()]}*" for id_ in ids for end in re.finditer("_", id_)})


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
