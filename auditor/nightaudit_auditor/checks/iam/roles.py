"""Roles that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.principals.authorization import OPERATION as DETAILS
from nightaudit_auditor.checks.iam.kinds import ROLE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.times import days_since

OWNED_BY_AWS = ("/aws-service-role/", "/aws-reserved/")
"""Paths of service-linked roles and of those of IAM Identity Center."""


@check(
    "IAM_ROLE_UNUSED",
    kind=ROLE,
    title="A role is not used",
    severity=Severity.LOW,
    tier=Tier.B,
    risk="Its rights wait for whoever finds a way to assume it.",
    remediation=(
        "Delete the role once its owner agrees. CLI: aws iam get-role --role-name ROLE --query Role.RoleLastUsed; "
        "aws iam delete-role --role-name ROLE"
    ),
    parameters=("checks.parameters.roleUnusedDays",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html",),
)
def role_unused(resource: Resource, context: Context) -> Iterator[Result]:
    """The role was used last longer ago than roleUnusedDays, or never although it is older than that. Service-linked roles and
    those of IAM Identity Center do not count."""
    role, limit = resource.data, context.settings.role_unused_days
    if str(role.get("Path", "/")).startswith(OWNED_BY_AWS):
        return
    used = days_since((role.get("RoleLastUsed") or {}).get("LastUsedDate"), context.now)
    age = days_since(role.get("CreateDate"), context.now)
    if used is not None:
        if used > limit:
            yield Fail(f"{resource.name} was used last {used:.0f} days ago", evidence={"days": int(used)})
    elif age is None:
        yield Unknown(f"nobody says when {resource.name} was made, or that it was ever used", DETAILS)
    elif age > limit:
        yield Fail(f"{resource.name} was never used and is {age:.0f} days old", evidence={"ageDays": int(age)})
