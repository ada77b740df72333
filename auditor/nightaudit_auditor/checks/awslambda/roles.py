"""Functions that run with more rights than any function should have."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import PolicyError, Truth
from nightaudit_auditor.aws.principals import WORKLOAD_LISTS, authorization
from nightaudit_auditor.aws.principals.authorization import OPERATION as DETAILS
from nightaudit_auditor.checks.awslambda.access import exposed_by_policies
from nightaudit_auditor.checks.awslambda.kinds import ALIASES, FUNCTION, FUNCTIONS, POLICY, URLS
from nightaudit_auditor.checks.awslambda.urls import open_urls
from nightaudit_auditor.checks.iam.kinds import REPORT
from nightaudit_auditor.checks.iam.rosters import scp
from nightaudit_auditor.checks.iam.worth import worth_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import Gone, Unreadable


@check(
    "LAMBDA_PRIVILEGED_ROLE",
    kind=FUNCTION,
    title="A function runs as an administrator, or as somebody who can become one",
    severity=Severity.HIGH,
    worst=Severity.CRITICAL,
    tier=Tier.A,
    needs=(DETAILS, ALIASES, POLICY, URLS, *WORKLOAD_LISTS, REPORT),
    risk="A flaw in the function, or in a library of it, is the whole account; so is the right to change its code.",
    remediation="Give the function a role of its own with what it needs. Console: Lambda > the function > Configuration > Permissions > "
    "Execution role. CLI: aws lambda update-function-configuration --function-name FUNCTION --role ARN",
    terraform='resource "aws_lambda_function" "f" {\n  role = aws_iam_role.f.arn # not one with AdministratorAccess\n}',
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",),
)
def privileged_role(resource: Resource, context: Context) -> Iterator[Result]:
    """The execution role may do everything, or controls IAM and so may give itself everything, or can become an administrator by
    the ways of IAM_PRINCIPAL_PRIVESC_CHAIN, in however many steps; its Deny statements, its boundary and the organization's
    service control policies, where these were read, applied. A way that hangs on what cannot be decided makes it UNKNOWN.
    Critical if everybody can call the function, by its policy or by a URL without authentication."""
    role = resource.data.get("Role", "")
    identity = next((one for one in authorization(context.data).roles if one.arn == role), None)
    if identity is None:
        yield Unknown(
            f"role {role or 'without a name'} is not among the account's roles", DETAILS if role else FUNCTIONS
        )
        return
    worth = worth_of(identity, context)
    if worth.truth is Truth.NO:
        return
    if worth.truth is Truth.MAYBE:
        yield Unknown(f"whether role {identity.name} of {resource.name} {worth.told} cannot be decided")
        return
    public = _public(resource, context)
    evidence = {"role": role, **worth.evidence, "public": "unread" if public is None else public, "scp": scp(context)}
    detail = f"role {identity.name} of {resource.name} {worth.told}"
    yield Fail(detail, "", evidence, Severity.CRITICAL if public else None)


def _public(resource: Resource, context: Context) -> bool | None:
    """Whether everybody can call the function; None if that was not read. The administrator's rights are proven either way."""
    unread = False
    try:
        if any(exposed.public for _, exposed in exposed_by_policies(resource, context)):
            return True
    except (Unreadable, Gone, PolicyError):
        unread = True
    try:
        if any(not conditional for _, _, conditional in open_urls(resource, context)):
            return True
    except (Unreadable, Gone, PolicyError):
        unread = True
    return None if unread else False
