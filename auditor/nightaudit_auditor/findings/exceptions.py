"""Which AuditException covers a finding: scoped, expiring, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.findings.build import schedule_finding
from nightaudit_auditor.findings.model import ExceptionRef, Finding, ResourceRef, Status
from nightaudit_auditor.manifests import AuditException, glob_matches

EXPIRING_CHECK = "AUDIT_EXCEPTION_EXPIRING"
EXPIRING_WITHIN = timedelta(days=14)
IDLE_AFTER = timedelta(days=30)

Aliases = Mapping[str, tuple[str, ...]]
"""Check id → the ids under which CloudMapper knew it; an exception may name either."""


@dataclass(frozen=True)
class Covered:
    """`findings` with the exception that covers each, and how many findings each exception matched, in their order."""

    findings: tuple[Finding, ...]
    matched: tuple[int, ...]


def parse_time(value: str) -> datetime:
    """An RFC 3339 time as an aware datetime. Raises ValueError if the offset is missing."""
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return time


def expired(exception: AuditException, now: datetime) -> bool:
    """An exception is dead from its expiry on; without `expiryTime` it does not expire."""
    return bool(exception.spec.expiry_time) and parse_time(exception.spec.expiry_time) <= now


def matches(exception: AuditException, finding: Finding, aliases: Aliases) -> bool:
    """AND between the fields of `match`, OR inside each list; a field left out matches everything."""
    match = exception.spec.match
    names = (finding.check, *aliases.get(finding.check, ()))
    labels, tags = finding.account.labels, finding.resource.tags
    return (
        _any(match.checks, *names)
        and (not match.accounts or _any(match.accounts, finding.account.id))
        and all(labels.get(key) == value for key, value in match.account_labels.items())
        and (not match.regions or _any(match.regions, finding.region))
        and (not match.resources or _any(match.resources, finding.resource.arn))
        and (not match.tags or any(t.key in tags and (not t.values or _any(t.values, tags[t.key])) for t in match.tags))
    )


def cover(
    findings: Iterable[Finding], exceptions: Sequence[AuditException], aliases: Aliases, now: datetime
) -> Covered:
    """Mark each problem with the first exception (in the given order) that matches it.

    Every live exception counts what it matches, covered first by another or not, so that a dead one is visible.
    What could not be judged is never excepted: an UNKNOWN stays an UNKNOWN.
    """
    live = [(position, e) for position, e in enumerate(exceptions) if not expired(e, now)]
    matched = [0] * len(exceptions)
    marked = []
    for finding in findings:
        covering = [(p, e) for p, e in live if finding.status is Status.FAIL and matches(e, finding, aliases)]
        for position, _ in covering:
            matched[position] += 1
        marked.append(msgspec.structs.replace(finding, exception=_reference(covering[0][1])) if covering else finding)
    return Covered(tuple(marked), tuple(matched))


def expiring_findings(
    check: Check, exceptions: Sequence[AuditException], last_match: Mapping[str, str], now: datetime
) -> tuple[Finding, ...]:
    """Findings of `check` for each exception that is expired, expires within 14 days, or matched nothing for 30 days.

    `last_match` gives for each exception the last time it matched, or the time it was first seen if it never did.
    """
    findings = []
    for exception in exceptions:
        name, trouble = exception.metadata.name, _trouble(exception, last_match.get(exception.metadata.name), now)
        if trouble:
            kind, detail = trouble
            resource = ResourceRef(f"auditexception/{exception.metadata.namespace}/{name}", "AuditException", name)
            findings.append(schedule_finding(check, resource, kind, f"AuditException {name} {detail}"))
    return tuple(findings)


def exception_state(exception: AuditException, now: datetime) -> Literal["Active", "Expiring", "Expired"]:
    """Whether it is alive, and for how long: the same words as in the AuditException's status."""
    if expired(exception, now):
        return "Expired"
    expiry = exception.spec.expiry_time
    return "Expiring" if expiry and parse_time(expiry) <= now + EXPIRING_WITHIN else "Active"


def _trouble(exception: AuditException, last_match: str | None, now: datetime) -> tuple[str, str] | None:
    state, expiry = exception_state(exception, now), exception.spec.expiry_time
    if state == "Expired":
        return "expired", f"expired at {expiry}: what it covered alerts again"
    if state == "Expiring":
        return "expiring", f"expires at {expiry}"
    if last_match and parse_time(last_match) <= now - IDLE_AFTER:
        return "idle", f"has matched nothing since {last_match}: remove it or mend its scope"
    return None


def _any(patterns: Iterable[str], *texts: str) -> bool:
    return any(glob_matches(pattern, text) for pattern in patterns for text in texts)


def _reference(exception: AuditException) -> ExceptionRef:
    spec = exception.spec
    return ExceptionRef(
        name=exception.metadata.name,
        effect=spec.effect,
        reason=spec.reason,
        owner=spec.owner,
        ticket=spec.ticket,
        expiry_time=spec.expiry_time,
    )
