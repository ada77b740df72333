"""What could not be read or judged in an account, gathered for the AUDIT_* checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nightaudit_auditor.checks.registry import Check, Crash, Troubles, Unread
from nightaudit_auditor.snapshot import NOT_ITS_TURN, REGION_CLOSED, AccountData, DeniedBy, Outcome, Unreadable

_PARENT_NOT_READ, _REGIONS_UNKNOWN = "ParentNotRead", "RegionsUnknown"
"""The collector's codes of calls that were not made because the list that they start from, or the list of regions, could not
be read: that list's own failure says all there is to say."""

_SAID_OTHERWISE = (NOT_ITS_TURN, REGION_CLOSED)
"""Calls that were not made on purpose: who waits for his turn is said by the check, a closed region once for all calls."""

_REGIONS = "ec2.describe_regions"
_CENTRAL = ("organizations.", "sso-admin.")
_KNOWLEDGE = (Outcome.OK, Outcome.ABSENT, Outcome.GONE)


Parents = Mapping[str, frozenset[str]]
"""Operation → those from whose answers it takes its parameters (`collect`'s catalogue)."""


@dataclass
class Failures:
    """What the engine met: unread calls, the checks that are UNKNOWN because of each operation, and crashes."""

    calls: dict[tuple[str, str, Outcome], str] = field(default_factory=dict)
    checks: dict[str, set[str]] = field(default_factory=dict)
    crashes: list[Crash] = field(default_factory=list)

    def unreadable(self, problem: Unreadable, check: Check) -> None:
        """`check` met `problem`."""
        self.calls.setdefault((problem.operation, problem.region, problem.outcome), problem.code)
        self.unknown(check, problem.operation)

    def unknown(self, check: Check, operation: str) -> None:
        """`check` could not judge something for want of `operation`."""
        self.checks.setdefault(operation, set()).add(check.id)


def troubles_of(data: AccountData, checks: Iterable[Check], failures: Failures, parents: Parents) -> Troubles:
    """The troubles of one account under the given checks, in a stable order.

    A failed call counts if a check needs its operation. Calls to AWS Organizations and IAM Identity Center are refused in
    member accounts as a rule: they count only if some check is UNKNOWN because of them.
    """
    needing = _needing(checks, failures)
    calls = _failed_calls(data, needing, failures)
    unread = tuple(
        Unread(
            operation=operation,
            region=region,
            outcome=outcome,
            code=code,
            checks=tuple(sorted(needing[operation])),
            unknown=tuple(sorted(failures.checks.get(operation, ()))),
            calls=count,
            denied_by=_denied_by(data, operation, region, outcome),
        )
        for (operation, region, outcome), (code, count) in sorted(calls.items())
        if not _follows_from_another(operation, region, code, calls, parents)
    )
    closed = {
        record.region: record.message
        for operation in needing
        for record in data.records(operation)
        if record.code == REGION_CLOSED
    }
    unread = tuple(u for u in unread if not (u.outcome is Outcome.BLOCKED and u.region in closed))
    crashes = tuple(sorted(failures.crashes, key=lambda c: (c.check, c.resource.region, c.resource.arn)))
    return Troubles(unread, crashes, dict(sorted(closed.items())))


_Calls = dict[tuple[str, str, Outcome], tuple[str, int]]
"""(operation, region, outcome) → the first telling code, and how many calls ended so."""


def _needing(checks: Iterable[Check], failures: Failures) -> dict[str, set[str]]:
    """Operation → the checks that need it, by their word or by what they met."""
    needing: dict[str, set[str]] = {}
    for check in checks:
        for operation in (*check.kind.needs, *check.needs, *((_REGIONS,) if check.kind.regional else ())):
            needing.setdefault(operation, set()).add(check.id)
    for operation, unknown in failures.checks.items():
        needing.setdefault(operation, set()).update(unknown)
    return needing


def _failed_calls(data: AccountData, needing: Iterable[str], failures: Failures) -> _Calls:
    calls: _Calls = {}
    for operation in needing:
        if operation.startswith(_CENTRAL) and operation not in failures.checks:
            continue
        for record in data.records(operation):
            if record.outcome not in _KNOWLEDGE and record.code not in _SAID_OTHERWISE and not record.known_empty:
                key = (operation, record.region, record.outcome)
                code, count = calls.get(key, ("", 0))
                calls[key] = (record.code if code in ("", _PARENT_NOT_READ, _REGIONS_UNKNOWN) else code, count + 1)
    for key, code in failures.calls.items():
        if code in _SAID_OTHERWISE:
            continue
        calls.setdefault(key, (code, 1))  # never recorded at all
    return calls


def _denied_by(data: AccountData, operation: str, region: str, outcome: Outcome) -> tuple[DeniedBy, ...]:
    records = (r for r in data.records(operation) if (r.region, r.outcome) == (region, outcome))
    return tuple(sorted({record.denied_by for record in records if record.denied_by is not None}))


def _follows_from_another(operation: str, region: str, code: str, calls: _Calls, parents: Parents) -> bool:
    """True if another call in `calls` is the reason why this one was not made."""
    if code == _REGIONS_UNKNOWN:
        return any(other == _REGIONS for other, _, _ in calls)
    if code != _PARENT_NOT_READ:
        return False
    service = operation.partition(".")[0]
    # It may be asked elsewhere than where the parents of another service are.
    elsewhere = {parent for parent in parents.get(operation, ()) if parent.partition(".")[0] != service}
    return any(
        (other.partition(".")[0] == service and where == region and reason != _PARENT_NOT_READ) or other in elsewhere
        for (other, where, _), (reason, _) in calls.items()
    )
