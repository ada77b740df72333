"""Bedrock: gateways that ask nobody who he is."""

from __future__ import annotations

from demo.aws import facts
from tests.contract.truth.place import Place

CHECK = "BEDROCK_AGENTCORE_NO_AUTH"
LACKS = {
    "BEDROCK_INVOCATION_LOG_OFF": "iam.CreateServiceSpecificCredential is not in moto: nobody can have a key of Bedrock"
}


def plant(at: Place) -> None:
    """Beside those that ask, by IAM or by a token."""
    at.finds(CHECK, _gateway(at, "anybody", "NONE"))
    at.passes(CHECK, _gateway(at, "by-iam", "AWS_IAM"), _gateway(at, "by-token", "CUSTOM_JWT"))


def _gateway(at: Place, name: str, authorizer: str) -> str:
    token = {"customJWTAuthorizer": {"discoveryUrl": "https://id.example.com/.well-known/openid-configuration"}}
    made = at.client("bedrock-agentcore-control").create_gateway(
        name=name, roleArn=f"arn:aws:iam::{at.problems.id}:role/gateway", protocolType="MCP", authorizerType=authorizer,
        **({"authorizerConfiguration": token} if authorizer == "CUSTOM_JWT" else {}),
    )  # fmt: skip
    return f"arn:aws:bedrock-agentcore:{facts.HOME_REGION}:{at.problems.id}:gateway/{made['gatewayId']}"
