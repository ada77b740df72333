"""Secrets Manager: a secret with a policy."""

from __future__ import annotations

from tests.contract.collect.aws import client, document


def seed() -> None:
    secrets = client("secretsmanager")
    secret = secrets.create_secret(Name="db", Description="d", SecretString="s", Tags=[{"Key": "a", "Value": "b"}])
    secrets.put_resource_policy(
        SecretId=secret["ARN"],
        ResourcePolicy=document(Principal="*", Action="secretsmanager:GetSecretValue", Resource="*"),
    )
