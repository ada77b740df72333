"""Bedrock AgentCore: a gateway."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client


def seed() -> None:
    client("bedrock-agentcore-control").create_gateway(
        name="tools", roleArn=f"arn:aws:iam::{ACCOUNT}:role/gateway", protocolType="MCP", authorizerType="AWS_IAM"
    )
