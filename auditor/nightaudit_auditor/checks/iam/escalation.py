"""Users and roles that are no administrators, and can become one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import (
    CREDENTIALS,
    WORKLOAD_LISTS,
    Identity,
    Power,
    Step,
    is_linked,
    report_unread,
    workloads,
)
from nightaudit_auditor.checks.iam.expected import is_expected
from nightaudit_auditor.checks.iam.kinds import PRINCIPAL, REPORT, find
from nightaudit_auditor.checks.iam.rosters import escalation, roster, scp
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_EVALUATION = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
_PASSROLE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
_RISK = "Whoever acts as it, or steals its credentials, can control the account, although no policy says administrator."
_TOLD = 6
"""So many steps of a path are told in a line."""
_TERRAFORM = """resource "aws_iam_role_policy" "deployer" {
  role = aws_iam_role.deployer.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = aws_iam_role.worker.arn
      Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
    }]
  })
}"""
_BOUNDARY = """resource "aws_iam_user" "ci" {
  name                 = "ci"
  permissions_boundary = aws_iam_policy.boundary.arn
}"""


def _judged(resource: Resource, context: Context) -> Identity | None:
    """The identity, unless it is an administrator already, is expected to be one, or belongs to a service. Raises PolicyError."""
    identity = find(context.data, resource)
    if is_linked(identity) or is_expected(resource.arn, context):
        return None
    return identity if roster(context).power(identity) is Power.NONE else None


@check(
    "IAM_PRINCIPAL_PRIVESC",
    kind=PRINCIPAL,
    needs=(REPORT,),
    title="A user or role can make itself an administrator through IAM",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk=_RISK,
    remediation=(
        "Console: IAM > the user or role > Permissions: take away the action that the path names, restrict its Resource to what "
        "is no administrator's, or set a permissions boundary. "
        "CLI: aws iam put-user-permissions-boundary --user-name USER --permissions-boundary ARN"
    ),
    terraform=_BOUNDARY,
    parameters=("expect.admins",),
    references=(_EVALUATION, "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"),
)
def privesc(resource: Resource, context: Context) -> Iterator[Result]:
    """In one step through IAM a user or role becomes an administrator: by an administrator's policy that it puts on itself, on a
    group of its own or on a role that it can assume, also on a role or user that it makes, by a new version of a policy of its
    own, or by credentials of a user or the trust policy of a role that is one.

    All its policies and its groups' count together, Deny, boundary, and service control policies where they were read included;
    the Resource must cover what the step is done to. Who is made carries the boundary that is asked for. A user has room for
    two keys and one password, as the credential report counts them: without it that is UNKNOWN. Conditions on circumstances
    count as met; a way that hangs on any other condition that cannot be decided makes it UNKNOWN.
    """
    identity = _judged(resource, context)
    if identity is not None and (step := escalation(context).by_iam(identity)) is not None:
        yield _result(identity, (step,), step.truth, context, "through IAM")


@check(
    "IAM_PRINCIPAL_PRIVESC_PASSROLE",
    kind=PRINCIPAL,
    needs=WORKLOAD_LISTS,
    title="A user or role can act as an administrator's role through a workload",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk=_RISK,
    remediation=(
        "Console: IAM > the user or role > Permissions: let it pass (iam:PassRole) only the roles of its own workloads, and change "
        "(code, builds, stacks, commands) only those that run as such. "
        "CLI: aws iam create-policy-version --policy-arn ARN --policy-document FILE --set-as-default"
    ),
    terraform=_TERRAFORM,
    parameters=("expect.admins",),
    references=(_PASSROLE, _EVALUATION),
)
def privesc_passrole(resource: Resource, context: Context) -> Iterator[Result]:
    """A user or role may pass a role of the account that is an administrator in effect, that trusts a service and that the
    Resource and iam:PassedToService of iam:PassRole cover, and may have that service run what it likes, in a new workload or in
    one that is there and is given the role; or a workload runs as such a role and it may change what that does (code, build,
    stack, commands). Auto Scaling takes part where its service-linked role is there or may be made.

    Workloads that could not be listed take nothing from a problem: they are named in its evidence. Where there is none, it is
    UNKNOWN for whoever could change such a workload, if an administrator's role trusts its service.
    """
    identity = _judged(resource, context)
    if identity is not None and (step := escalation(context).by_workload(identity)) is not None:
        yield _result(identity, (step,), step.truth, context, "through a workload")


@check(
    "IAM_PRINCIPAL_PRIVESC_CHAIN",
    kind=PRINCIPAL,
    needs=(*WORKLOAD_LISTS, REPORT),
    title="A user or role can become an administrator in several steps",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk=_RISK,
    remediation=(
        "Break the path where it costs least: narrow a trust policy, or the Resource of one of the actions. "
        "CLI: aws iam update-assume-role-policy --role-name ROLE --policy-document FILE"
    ),
    parameters=("expect.admins",),
    references=(_EVALUATION, _PASSROLE),
)
def privesc_chain(resource: Resource, context: Context) -> Iterator[Result]:
    """A path leads to an administrator, however many steps it takes: assuming a role, taking somebody over, passing a role to a
    workload, changing a running one, or making oneself an administrator. It is the shortest of the surest ones. What
    IAM_PRINCIPAL_PRIVESC or IAM_PRINCIPAL_PRIVESC_PASSROLE find in one step is theirs."""
    identity = _judged(resource, context)
    if identity is None:
        return
    ways = escalation(context)
    path, truth = ways.by_chain(identity)
    single = (ways.by_iam(identity), ways.by_workload(identity)) if path else ()
    if path and not any(step is not None and step.truth >= truth for step in single):
        yield _result(identity, path, truth, context, f"in {len(path)} step(s)")


def _result(identity: Identity, path: Iterable[Step], truth: Truth, context: Context, how: str) -> Result:
    steps = tuple(path)
    told = told_path(identity, steps)
    if truth is not Truth.YES:
        gaps = tuple(_gaps(steps, context))
        told += "".join(f"; {what}" for what, _ in gaps)
        reason = f"whether {identity.name} can become an administrator {how} cannot be decided: {told}"
        return Unknown(reason, gaps[0][1] if gaps else "")
    permissions = roster(context).permissions(identity)
    evidence: dict[str, Any] = {"path": [shown_step(step) for step in steps], "scp": scp(context)}
    if when := permissions.circumstances(*steps[0].how.split(" + ")):
        evidence["when"] = list(when)
    if unread := workloads(context.data).unread:
        evidence["workloadsUnread"] = list(dict.fromkeys(map(str, unread)))
    return Fail(f"{identity.type.lower()} {identity.name} can become an administrator {how}: {told}", evidence=evidence)


def _gaps(steps: Iterable[Step], context: Context) -> Iterator[tuple[str, str]]:
    """(what was not read, the operation that would have told) on which a path hangs."""
    seen = {step.via for step in steps}
    unread = ((f"not listed: {gap}", gap.operation) for gap in workloads(context.data).unread if str(gap) in seen)
    yield from dict.fromkeys(unread)
    actions = {action for step in steps for action in step.how.split(" + ") if step.truth is not Truth.YES}
    if actions & CREDENTIALS and report_unread(context.data):
        yield f"not read: {REPORT}", REPORT


def told_path(identity: Identity, path: Iterable[Step]) -> str:
    """The steps in a line: `ann → (iam:PutUserPolicy) administrator`. Of a long path the beginning and the end."""
    told = [_told(step) for step in path]
    if len(told) > _TOLD:
        told[_TOLD // 2 : -_TOLD // 2] = [f"… {len(told) - _TOLD} more step(s) …"]
    return " → ".join((identity.name, *told))


def _told(step: Step) -> str:
    name = step.target.rpartition("/")[2]
    return f"({step.how}) administrator" if step.source == step.target else f"({step.how}) {name}"


def shown_step(step: Step) -> dict[str, str]:
    """For evidence: from whom, by which actions, to whom, and on what where that is neither."""
    shown = {"from": step.source, "by": step.how, "to": step.target}
    return shown | ({"on": step.via} if step.via and step.via != step.target else {})
