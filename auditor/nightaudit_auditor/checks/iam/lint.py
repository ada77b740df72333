"""Policies that AWS accepts and that cannot mean what is written."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import PolicyError, Statement
from nightaudit_auditor.checks.iam.kinds import POLICY, policy_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check


@check(
    "IAM_POLICY_LINT",
    kind=POLICY,
    title="A policy does not mean what is written",
    severity=Severity.LOW,
    tier=Tier.C,
    enabled=False,
    risk="What should be forbidden is not, or what should work does not, and nobody sees why.",
    remediation=(
        "Let Access Analyzer explain it: IAM > Policies > the policy > Edit > Check for new access. "
        "CLI: aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document file://policy.json"
    ),
    aliases=("IAM_LINTER", "IAM_UNEXPECTED_FORMAT"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",),
)
def policy_lint(resource: Resource, _context: Context) -> Iterator[Fail]:
    """A customer-managed (attached) or inline policy is malformed, or has a statement without Resource, an action without service,
    a resource that is no ARN, a condition without values, or variables in a version that takes them for text. Off by default."""
    reference, _, discriminator = policy_of(resource)
    if reference.text.raw is None:
        raise PolicyError("the document was not read")
    try:
        statements = reference.document.statements
    except PolicyError as problem:
        yield Fail(f"policy {reference.name} is malformed: {problem}", discriminator, {"policy": reference.name})
        return
    wrong = [f"statement {n}: {what}" for n, s in enumerate(statements, 1) for what in _wrong(s)]
    if wrong:
        yield Fail(
            f"policy {reference.name}: {'; '.join(wrong)}", discriminator, {"policy": reference.name, "wrong": wrong}
        )


def _wrong(statement: Statement) -> Iterator[str]:
    if statement.resources is None and statement.not_resources is None:
        yield "no Resource"
    actions = statement.actions if statement.actions is not None else statement.not_actions or ()
    if odd := [action for action in actions if action != "*" and not all(action.partition(":")[::2])]:
        yield f"actions without a service: {', '.join(odd)}"
    resources = (statement.resources if statement.resources is not None else statement.not_resources) or ()
    if odd := [name for name in resources if name != "*" and not name.startswith(("arn:", "*:"))]:
        yield f"resources that are no ARN: {', '.join(odd)}"
    if empty := [c.key for c in statement.conditions if not c.values]:
        yield f"conditions without values: {', '.join(empty)}"
    texts = (*resources, *(value for c in statement.conditions for value in c.values))
    if not statement.variables and any("${" in text for text in texts):
        yield "variables, but the version is not 2012-10-17"
