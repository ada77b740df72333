"""Secrets in outputs and parameters: the snapshot holds only which detector found one, never the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.checks.redacted import examined
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_STACKS: Final = "cloudformation.describe_stacks"


def _stack(_data: AccountData, region: str, item: Item) -> Resource:
    arn, name = str(item["StackId"]), str(item["StackName"])
    return Resource(arn, "AWS::CloudFormation::Stack", name, region, tags(item.get("Tags")), dict(item))


STACK: Final = regional_kind("AWS::CloudFormation::Stack", (_STACKS, lambda answer: answer.get("Stacks", []), _stack))


@check(
    "CFN_OUTPUT_SECRET",
    kind=STACK,
    title="A stack shows a secret",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Everybody who may look at the stack reads the secret, long after the deployment; so do deployment logs.",
    remediation=(
        "Remove the output, give the parameter NoEcho or a {{resolve:secretsmanager:…}} reference, and change the secret. "
        "CLI: aws cloudformation update-stack --stack-name STACK --template-body file://template.yaml"
    ),
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html",
    ),
)
def output_secret(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The value of an output, or of a parameter that is shown, has the form of a secret. One finding for each; the value is not
    kept. CloudFormation hides parameters with NoEcho."""
    unexamined = []
    for where, value in _values(resource.data):
        if not examined(value):
            unexamined.append(where)
        elif detector := value.get("detector"):
            evidence = {"where": where, "detector": detector, "digest": value.get("digest", "")}
            yield Fail(f"{where} of stack {resource.name} is a secret ({detector})", where, evidence)
    if unexamined:
        yield Unknown(f"{unexamined[0]} was not examined for secrets", _STACKS)


def _values(stack: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(where it stands: `Outputs.KEY`, `Parameters.KEY`; value) of all that a stack shows."""
    for output in stack.get("Outputs") or ():
        yield f"Outputs.{output.get('OutputKey', '')}", output.get("OutputValue") or {}
    for parameter in stack.get("Parameters") or ():
        key = parameter.get("ParameterKey", "")
        yield f"Parameters.{key}", parameter.get("ParameterValue") or {}
        yield f"Parameters.{key}.ResolvedValue", parameter.get("ResolvedValue") or {}
