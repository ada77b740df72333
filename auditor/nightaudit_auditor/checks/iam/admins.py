"""Administrators in effect whom nobody expects."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.principals import Power, authorization, effective_power
from nightaudit_auditor.checks.iam.expected import is_expected, is_set_up
from nightaudit_auditor.checks.iam.kinds import PRINCIPAL, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check


@check(
    "IAM_PRINCIPAL_ADMIN_UNEXPECTED",
    kind=PRINCIPAL,
    title="A user or role is an administrator, and nobody said that it should be",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever acts as this user or role controls the account.",
    remediation=(
        "Take the rights away, or list its ARN (or a glob) under expect.admins in the schedule. `nightaudit admins` says through "
        "which policies it has them. CLI: aws iam detach-role-policy --role-name ROLE --policy-arn ARN"
    ),
    aliases=("IAM_UNEXPECTED_ADMIN_PRINCIPAL",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",),
)
def admin_unexpected(resource: Resource, context: Context) -> Iterator[Fail]:
    """By its policies, those of its groups, their Deny statements and its boundary, the user or role may do everything, or may
    control IAM and so give itself everything. Expected: expect.admins, service-linked roles, and the roles of AWS's own
    set-ups while their trust is the one they are made with. Service control policies are not read."""
    if is_expected(resource.arn, context):
        return
    identity = find(context.data, resource)
    power = effective_power(authorization(context.data), identity, context.data.account)
    if power is Power.NONE or is_set_up(identity, context):
        return
    how = "may do everything" if power is Power.ALL else "controls IAM, and so may give itself everything"
    evidence = {
        "attached": list(identity.attached),
        "inline": [p.name for p in identity.inline],
        "groups": list(identity.groups),
    }
    yield Fail(
        f"{identity.type.lower()} {identity.name} {how}", evidence=evidence | {"power": power.name, "scp": "unread"}
    )
