"""Which checks a schedule wants, and with what severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nightaudit_auditor.checks.registry import AUDIT_PREFIX, Check, Registry, Severity
from nightaudit_auditor.manifests import glob_matches
from nightaudit_auditor.manifests.types import Checks


@dataclass(frozen=True)
class Selection:
    """`checks` by id; `overrides`: check id → the schedule's severity; findings milder than `minimum` are dropped."""

    checks: tuple[Check, ...]
    overrides: Mapping[str, Severity]
    minimum: Severity = Severity.INFO

    def severity(self, check: Check, own: Severity | None = None) -> Severity:
        """The severity of a finding whose condition says `own`."""
        return self.overrides.get(check.id, own or check.severity)

    def wanted(self, check: Check, severity: Severity) -> bool:
        """False for what is milder than the minimum; what the auditor says of itself is always wanted."""
        return severity.rank <= self.minimum.rank or check.id.startswith(AUDIT_PREFIX)


def named(check: Check, pattern: str) -> bool:
    """Whether the glob matches the check's id or one of CloudMapper's ids for it."""
    return any(glob_matches(pattern, name) for name in (check.id, *check.aliases))


def named_by_any(check: Check, patterns: Iterable[str]) -> bool:
    """Whether one of the globs does."""
    return any(named(check, pattern) for pattern in patterns)


def gravest(check: Check) -> Severity:
    """The worst severity that the catalogue lets a finding of the check have."""
    return min((check.severity, check.worst or check.severity), key=lambda severity: severity.rank)


def select(registry: Registry, wanted: Checks) -> Selection:
    """The checks that `spec.checks` selects, sorted by id.

    Globs match ids and CloudMapper's aliases. A check that is off by default is selected only if `include` names it. The
    AUDIT_* checks always run: what could not be audited is said whatever was selected (an AuditException can cover it).
    Of two overrides of one check, which `names.name_problems` tells of, the later one counts.
    """
    checks = [registry.checks[id_] for id_ in sorted(registry.checks)]
    overrides: dict[str, Severity] = {}
    for override in wanted.severity_overrides:
        severity = Severity(override.severity)
        overrides |= {check.id: severity for check in checks if override.check in (check.id, *check.aliases)}
    minimum = Severity(wanted.minimum_severity)
    chosen = tuple(check for check in checks if _selected(check, wanted, overrides, minimum))
    return Selection(chosen, overrides, minimum)


def _selected(check: Check, wanted: Checks, overrides: Mapping[str, Severity], minimum: Severity) -> bool:
    if check.id.startswith(AUDIT_PREFIX):
        return True
    included = named_by_any(check, wanted.include) if wanted.include else check.enabled
    if not included or named_by_any(check, wanted.exclude):
        return False
    return (overrides.get(check.id) or gravest(check)).rank <= minimum.rank
