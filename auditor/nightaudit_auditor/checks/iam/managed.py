"""AWS's own policies that make more of their holders than their names say."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import PolicyError
from nightaudit_auditor.aws.principals import authorization, is_linked, unnamed_ways
from nightaudit_auditor.checks.iam.expected import is_expected
from nightaudit_auditor.checks.iam.kinds import HOLDER, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_MEANT = ("AdministratorAccess", "IAMFullAccess")
"""Policies whose names begin so say what they do."""


@check(
    "IAM_POLICY_MANAGED_UNINTENDED_ADMIN",
    kind=HOLDER,
    title="A policy of AWS's that is not called one makes an administrator",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="Whoever attached the policy for one service gave away control of the account.",
    remediation=(
        "Replace it by a policy that names what is needed. Console: IAM > the holder > Permissions > Remove. "
        "CLI: aws iam detach-role-policy --role-name ROLE --policy-arn ARN"
    ),
    terraform="""resource "aws_iam_role_policy" "job" {
  role   = aws_iam_role.job.id
  policy = data.aws_iam_policy_document.job.json
}""",
    parameters=("expect.admins",),
    aliases=("IAM_MANAGED_POLICY_UNINTENTIONALLY_ALLOWING_ADMIN",),
    references=("https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html",),
)
def managed_unintended_admin(resource: Resource, context: Context) -> Iterator[Fail]:
    """An AWS-managed policy attached to a user, group or role allows, on users, groups, roles or policies that it does not name, an
    action that makes its holder an administrator: to attach or write policies, to make credentials, to change trust. Judged by
    its document as it is today. Policies called AdministratorAccess… or IAMFullAccess mean it."""
    holder = find(context.data, resource)
    if is_linked(holder) or is_expected(holder.arn, context):
        return
    known = authorization(context.data)
    for arn in holder.attached:
        name = arn.rpartition("/")[2]
        if ":iam::aws:policy/" not in arn or name.startswith(_MEANT):
            continue
        policy = known.policies.get(arn)
        ways = unnamed_ways(policy.reference.text, context.data.account) if policy is not None else _unread(arn)
        if ways:
            yield Fail(
                f"{name} lets {holder.name} make itself an administrator", name, {"policy": arn, "by": list(ways)}
            )


def _unread(arn: str) -> tuple[str, ...]:
    raise PolicyError(f"the document of {arn} was not read")
