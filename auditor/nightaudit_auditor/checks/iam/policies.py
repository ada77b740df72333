"""Policies that customers write, and the few of AWS's own that nobody should use."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import FREE, MISSING, Caller, Facts, Request, Statement, Truth, decide
from nightaudit_auditor.aws.principals import Power, policy_power
from nightaudit_auditor.checks.iam.expected import is_expected
from nightaudit_auditor.checks.iam.kinds import HOLDER, POLICY, find, policy_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_KNOWN_BAD = frozenset(
    {"AmazonEC2RoleforSSM", "AmazonEC2SpotFleetRole", "AmazonMachineLearningRoleforRedshiftDataSource"}
)
"""AWS replaced each of them by a narrower one: they grant S3 objects, passing of roles, or network changes at large."""
_LEAST_PRIVILEGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"


@check(
    "IAM_POLICY_ADMIN",
    kind=POLICY,
    title="A policy of the account's own grants everything",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever has this policy, or takes over who has it, controls the account.",
    remediation=(
        "Replace the policy by one that names actions and resources (IAM > Access analyzer > Generate policy), or list its "
        "holders under expect.admins. CLI: aws iam create-policy-version --policy-arn ARN --policy-document FILE --set-as-default"
    ),
    terraform="""resource "aws_iam_policy" "deploy" {
  name = "deploy"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.site.arn}/*" }]
  })
}""",
    parameters=("expect.admins",),
    compliance=("CIS-AWS-3.0:1.16", "CIS-AWS-4.0:1.16", "CIS-AWS-5.0:1.15", "CIS-AWS-6.0:2.15", "CIS-AWS-7.0:2.14"),
    aliases=("IAM_CUSTOM_POLICY_ALLOWS_ADMIN",),
    references=(_LEAST_PRIVILEGE,),
)
def policy_admin(resource: Resource, context: Context) -> Iterator[Fail]:
    """An attached customer-managed or an inline policy allows all actions on all resources, its own Deny statements applied,
    and not only expected administrators hold it."""
    reference, holders, discriminator = policy_of(resource)
    if holders and all(is_expected(arn, context) for arn in holders):
        return
    if policy_power(reference.text, context.data.account) is Power.ALL:
        unexpected = [arn for arn in holders if not is_expected(arn, context)]
        yield Fail(
            f"policy {reference.name} allows everything to {len(unexpected)} unexpected holder(s)",
            discriminator,
            {"policy": reference.name, "holders": unexpected},
        )


@check(
    "IAM_POLICY_NOTACTION_ALLOW",
    kind=POLICY,
    title="A policy allows everything but some actions",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="What is allowed grows with every new action and service of AWS, unseen.",
    remediation=(
        "Name what is allowed in Action; use NotAction only in Deny statements. "
        "CLI: aws iam create-policy-version --policy-arn ARN --policy-document FILE --set-as-default"
    ),
    aliases=("IAM_NOTACTION_ALLOW",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",),
)
def notaction_allow(resource: Resource, _context: Context) -> Iterator[Fail]:
    """A statement combines Allow, NotAction and Resource `*`, without any condition."""
    reference, _, discriminator = policy_of(resource)
    found = [
        s for s in reference.document.allowing() if s.not_actions is not None and _everywhere(s) and not s.conditions
    ]
    if found:
        excluded = sorted({action for s in found for action in s.not_actions or ()})
        yield Fail(
            f"policy {reference.name} allows all actions but {len(excluded)}",
            discriminator,
            {"policy": reference.name, "notAction": excluded},
        )


def _everywhere(statement: Statement) -> bool:
    return statement.resources is not None and "*" in statement.resources


@check(
    "IAM_POLICY_ASSUME_ANY_ROLE",
    kind=POLICY,
    title="A policy lets its holders assume any role",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Every role, here and in other accounts, that trusts this account as a whole is theirs too.",
    remediation=(
        "Name the roles' ARNs in Resource. "
        "CLI: aws iam create-policy-version --policy-arn ARN --policy-document FILE --set-as-default"
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_permissions-to-switch.html",),
)
def assume_any_role(resource: Resource, context: Context) -> Iterator[Fail]:
    """The policy allows sts:AssumeRole, spelled out or by wildcard, on any role of any account, unconditionally; a policy that
    allows everything is IAM_POLICY_ADMIN's."""
    reference, _, discriminator = policy_of(resource)
    account = context.data.account
    caller = Caller("AWS", account.id)
    role = f"arn:{account.partition}:iam::000000000000:role/nightaudit-nothing-is-called-so"
    request = Request("sts:AssumeRole", role, caller, Facts({}, default=FREE, prefixes={"aws:resourcetag/": MISSING}))
    document = reference.document
    if decide([document], request) is Truth.YES and policy_power(reference.text, account) is not Power.ALL:
        yield Fail(
            f"policy {reference.name} allows sts:AssumeRole on any role", discriminator, {"policy": reference.name}
        )


@check(
    "IAM_POLICY_KNOWN_BAD",
    kind=HOLDER,
    title="A policy of AWS's that grants far more than its name says is attached",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Such a policy grants, for example, all objects of all buckets to every instance that only needed to be patched.",
    remediation=(
        "Attach the policy that replaces it (AmazonSSMManagedInstanceCore, AmazonEC2SpotFleetTaggingRole) and detach this one. "
        "CLI: aws iam detach-role-policy --role-name ROLE --policy-arn ARN"
    ),
    terraform="""resource "aws_iam_role_policy_attachment" "ssm" {
  role       = aws_iam_role.web.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" # in place of AmazonEC2RoleforSSM
}""",
    aliases=("IAM_KNOWN_BAD_POLICY",),
    references=("https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2RoleforSSM.html",),
)
def known_bad(resource: Resource, context: Context) -> Iterator[Fail]:
    """An AWS-managed policy of the list of known bad ones is attached to the user, group or role."""
    for arn in find(context.data, resource).attached:
        name = arn.rpartition("/")[2]
        if ":iam::aws:policy/" in arn and name in _KNOWN_BAD:
            yield Fail(f"{name} is attached to {resource.name}", name, {"policy": arn})
