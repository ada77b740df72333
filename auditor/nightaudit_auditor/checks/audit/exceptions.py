"""AUDIT_EXCEPTION_EXPIRING: the catalogue's entry; `findings` judges it, because only it knows what an exception covers."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable


def _none(_data: AccountData) -> Iterator[Resource | Unreadable]:
    return iter(())


EXCEPTION = Kind(type="nightaudit.dev/AuditException", needs=(), enumerate=_none, regional=False)
"""AuditExceptions belong to the schedule, not to an account: no account lists any."""


@check(
    "AUDIT_EXCEPTION_EXPIRING",
    kind=EXCEPTION,
    title="An AuditException has expired, expires soon, or matches nothing",
    severity=Severity.INFO,
    tier=Tier.B,
    risk="What it covers alerts again once it has expired; one that matches nothing hides a later problem by accident.",
    remediation="Renew the AuditException with a fresh reason, narrow its match, or delete it.",
)
def expiring(_resource: Resource, _context: Context) -> Iterator[Fail]:
    """An AuditException expires within 14 days, is expired, or has matched nothing for 30 days."""
    return iter(())
