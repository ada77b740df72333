"""AUDIT_DISCOVERY_INCOMPLETE: the catalogue's entry; `findings` judges it, because it belongs to the schedule, to no account."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Unreadable


def _none(_data: AccountData) -> Iterator[Resource | Unreadable]:
    return iter(())


SCHEDULE = Kind(type="nightaudit.dev/AuditSchedule", needs=(), enumerate=_none, regional=False)
"""The schedule itself: no account lists any."""


@check(
    "AUDIT_DISCOVERY_INCOMPLETE",
    kind=SCHEDULE,
    title="The accounts to audit could not all be discovered",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Accounts that the schedule means are not audited, and nobody knows how many they are.",
    remediation=(
        "Check that the role in the schedule's organization.roleARN is one of the management account or of a delegated "
        "administrator, trusts the auditor's principal, and has the policy that `nightaudit iam-policy` prints; correct the "
        "ids under organization.include. CLI: aws organizations list-accounts"
    ),
    references=("https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html",),
)
def incomplete(_resource: Resource, _context: Context) -> Iterator[Fail]:
    """The organization could not be read, or not enough of it to tell whom the schedule means; or it means nobody."""
    return iter(())
