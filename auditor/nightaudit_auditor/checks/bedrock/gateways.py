"""Gateways of Bedrock AgentCore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

GATEWAYS: Final = "bedrock-agentcore-control.list_gateways"


def _gateway(data: AccountData, region: str, item: Item) -> Resource:
    arn = build_arn(data.account, "bedrock-agentcore", region, f"gateway/{item['gatewayId']}")
    return Resource(arn, "AWS::BedrockAgentCore::Gateway", item["name"], region, data=dict(item))


GATEWAY = regional_kind("AWS::BedrockAgentCore::Gateway", (GATEWAYS, lambda answer: answer.get("items", []), _gateway))


@check(
    "BEDROCK_AGENTCORE_NO_AUTH",
    kind=GATEWAY,
    title="A gateway of tools asks nobody who he is",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Strangers call the tools behind the gateway, functions and APIs, with the rights of its role.",
    remediation="The authorizer is chosen when a gateway is made: make a new one with CUSTOM_JWT or AWS_IAM, and delete this one. "
    "Console: Bedrock AgentCore > Gateways. CLI: aws bedrock-agentcore-control create-gateway --name NAME --role-arn ARN "
    "--protocol-type MCP --authorizer-type AWS_IAM; aws bedrock-agentcore-control delete-gateway --gateway-identifier ID",
    terraform='resource "aws_bedrockagentcore_gateway" "tools" {\n  name            = "tools"\n'
    '  role_arn        = aws_iam_role.gateway.arn\n  protocol_type   = "MCP"\n  authorizer_type = "AWS_IAM"\n}',
    references=("https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-inbound-auth.html",),
)
def agentcore_no_auth(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The gateway's authorizer type is NONE."""
    authorizer = resource.data.get("authorizerType")
    if not authorizer:
        yield Unknown("the gateway does not say who authorizes its callers", GATEWAYS)
    elif authorizer == "NONE":
        yield Fail(f"gateway {resource.name} has no authorizer", evidence={"status": resource.data.get("status", "")})
