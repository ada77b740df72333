"""What could not be read or judged in an account, gathered for the AUDIT_* checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nightaudit_auditor.checks.registry import Check, Crash, Troubles, Unread
from nightaudit_auditor.snapshot import AccountData, Outcome, Unreadable

_KNOWLEDGE = (Outcome.OK, Outcome.ABSENT, Outcome.GONE)


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


def troubles_of(data: AccountData, checks: Iterable[Check], failures: Failures) -> Troubles:
    """The troubles of one account under the given checks, in a stable order.

    A failed call counts if a check needs its operation. Calls to AWS Organizations are refused in member accounts as a
    rule: they count only if some check is UNKNOWN because of them.
    """
    needing: dict[str, set[str]] = {}
    for check in checks:
        operations = {*check.kind.needs, *check.needs}
        if check.kind.regional:
            operations.add("ec2.describe_regions")
        for operation in operations:
            needing.setdefault(operation, set()).add(check.id)
    for operation, unknown in failures.checks.items():
        needing.setdefault(operation, set()).update(unknown)
    calls: dict[tuple[str, str, Outcome], int] = dict.fromkeys(failures.calls, 0)
    codes = dict(failures.calls)
    for operation in sorted(needing):
        if operation.startswith("organizations.") and operation not in failures.checks:
            continue
        for record in data.records(operation):
            if record.outcome not in _KNOWLEDGE:
                key = (operation, record.region, record.outcome)
                calls[key] = calls.get(key, 0) + 1
                codes.setdefault(key, record.code)
    unread = tuple(
        Unread(
            operation=operation,
            region=region,
            outcome=outcome,
            code=codes[operation, region, outcome],
            checks=tuple(sorted(needing[operation])),
            unknown=tuple(sorted(failures.checks.get(operation, ()))),
            calls=max(count, 1),
        )
        for (operation, region, outcome), count in sorted(calls.items())
    )
    crashes = tuple(sorted(failures.crashes, key=lambda c: (c.check, c.resource.region, c.resource.arn)))
    return Troubles(unread, crashes)
