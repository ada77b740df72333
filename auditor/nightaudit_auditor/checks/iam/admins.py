"""Administrators in effect: whom nobody expects, who hold access keys, whose names do not say so."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.principals import Power
from nightaudit_auditor.checks.foreign import TRUST
from nightaudit_auditor.checks.iam.expected import is_expected, is_set_up
from nightaudit_auditor.checks.iam.kinds import HOLDER, PRINCIPAL, REPORT, USER, find, report_row
from nightaudit_auditor.checks.iam.rosters import power, scp
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_EVALUATION = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"


@check(
    "IAM_PRINCIPAL_ADMIN_UNEXPECTED",
    kind=PRINCIPAL,
    needs=TRUST,
    title="A user or role is an administrator, and nobody said that it should be",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever acts as this user or role controls the account.",
    remediation=(
        "Take the rights away, or list its ARN (or a glob) under expect.admins in the schedule. `nightaudit admins` says through "
        "which policies it has them. CLI: aws iam detach-role-policy --role-name ROLE --policy-arn ARN"
    ),
    terraform="""resource "aws_iam_role_policy" "deploy" {
  role = aws_iam_role.deploy.id # in place of an attachment of AdministratorAccess
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.site.arn}/*" }]
  })
}""",
    parameters=("expect.admins",),
    references=(_EVALUATION,),
)
def admin_unexpected(resource: Resource, context: Context) -> Iterator[Fail]:
    """By its policies, those of its groups, their Deny statements, its boundary and the organization's service control policies
    where these were read, the user or role may do everything, or may control IAM and so give itself everything. Expected:
    expect.admins, service-linked roles, and the roles of AWS's own set-ups while their trust is the one they are made with."""
    if is_expected(resource.arn, context):
        return
    identity = find(context.data, resource)
    found = power(identity, context)
    if found is Power.NONE or is_set_up(identity, context):
        return
    how = "may do everything" if found is Power.ALL else "controls IAM, and so may give itself everything"
    evidence = {
        "attached": list(identity.attached),
        "inline": [p.name for p in identity.inline],
        "groups": list(identity.groups),
    }
    yield Fail(
        f"{identity.type.lower()} {identity.name} {how}",
        evidence=evidence | {"power": found.name, "scp": scp(context)},
    )


@check(
    "IAM_USER_ADMIN_WITH_KEY",
    kind=USER,
    title="An administrator has a long-lived access key",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(REPORT,),
    risk="Whoever finds the key, in a repository, an image or a laptop's backup, controls the account until somebody notices.",
    remediation=(
        "Console: IAM > Users > the user > Security credentials > Access keys > Deactivate; let people sign in through IAM "
        "Identity Center, and workloads use roles. "
        "CLI: aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive"
    ),
    terraform="""resource "aws_iam_access_key" "admin" {
  user   = aws_iam_user.admin.name
  status = "Inactive"
}""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",),
)
def admin_with_key(resource: Resource, context: Context) -> Iterator[Fail]:
    """A user who is an administrator in effect (as for IAM_PRINCIPAL_ADMIN_UNEXPECTED), expected or not, has an active access
    key by the credential report."""
    found = power(find(context.data, resource), context)
    if found is Power.NONE:
        return
    row = report_row(context.data, resource.name)
    keys = [key for key in ("access_key_1", "access_key_2") if row.get(f"{key}_active") is True]
    if keys:
        yield Fail(
            f"{resource.name} is an administrator and has {len(keys)} active access key(s)",
            evidence={"keys": keys, "power": found.name, "scp": scp(context)},
        )


@check(
    "IAM_ADMIN_NAME_HIDDEN",
    kind=HOLDER,
    needs=TRUST,
    title="An administrator's name does not say that it is one",
    severity=Severity.LOW,
    tier=Tier.C,
    enabled=False,
    risk="Whoever gives somebody this role or group does not see what he gives.",
    remediation=(
        "Make one with a telling name and move its holders there. "
        "CLI: aws iam update-group --group-name GROUP --new-group-name GROUP-admins"
    ),
    aliases=("IAM_NAME_DOES_NOT_INDICATE_ADMIN",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_rename.html",),
)
def admin_name_hidden(resource: Resource, context: Context) -> Iterator[Fail]:
    """A user, role or group that is an administrator in effect has no `admin` in its name, in whatever case. The roles of AWS's
    own set-ups do not count. Off by default."""
    identity = find(context.data, resource)
    if "admin" in identity.name.lower() or power(identity, context) is Power.NONE or is_set_up(identity, context):
        return
    yield Fail(f"{identity.type.lower()} {identity.name} is an administrator, and its name does not say so")
