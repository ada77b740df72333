"""Secrets that are written in templates: the snapshot holds only where they stand, never the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from nightaudit_auditor.checks.cloudformation.outputs import STACK
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_TEMPLATE: Final = "cloudformation.get_template"
_UNMADE: Final = "REVIEW_IN_PROGRESS"


@check(
    "CFN_TEMPLATE_SECRET",
    kind=STACK,
    needs=(_TEMPLATE,),
    title="A secret is written in a stack's template",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Everybody who may read the template has the secret, and so has every repository and bucket that the template went through.",
    remediation=(
        "Put a {{resolve:secretsmanager:…}} reference, or a parameter with NoEcho and without a default, in its place, and change the "
        "secret. CLI: aws cloudformation update-stack --stack-name STACK --template-body file://template.yaml"
    ),
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
    ),
)
def template_secret(resource: Resource, context: Context) -> Iterator[Result]:
    """A value in the stack's template as it was submitted, a parameter's default, a script or a comment in it has the form of a
    secret, or goes by the name of one. One finding for each place and detector; of the template nothing else is kept.

    What only stands for a value is none: a reference, a parameter, a dynamic reference. NoEcho does not hide a default: it stands
    in the template.
    """
    if resource.data.get("StackStatus") == _UNMADE:
        return
    answer = context.data.answer(_TEMPLATE, resource.region, {"StackName": resource.data["StackId"]}) or {}
    body = answer.get("TemplateBody")
    if not isinstance(body, Mapping) or "secrets" not in body:
        reason = body.get("unexamined", "not examined") if isinstance(body, Mapping) else "not examined"
        yield Unknown(f"the template of {resource.name} could not be searched: {reason}", _TEMPLATE)
        return
    found: dict[tuple[str, str], set[str]] = {}
    for secret in body["secrets"]:
        found.setdefault((secret["name"], secret["detector"]), set()).add(secret["digest"])
    for (where, detector), digests in sorted(found.items()):
        evidence = {"where": where, "detector": detector, "digests": sorted(digests)}
        detail = f"{where or 'a line'} in the template of {resource.name} is a secret ({detector})"
        yield Fail(detail, f"{where}/{detector}", evidence)
