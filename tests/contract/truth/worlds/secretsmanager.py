"""Secrets Manager: who may use secrets."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

PUBLIC, CROSS = "SECRET_POLICY_PUBLIC", "SECRET_CROSS_ACCOUNT"
LACKS = {"SECRET_ROTATION_FAILING": "moto counts a rotation's dates from the call on: none can be overdue"}
READ = "secretsmanager:GetSecretValue"


def plant(at: Place) -> None:
    """What one check finds is a twin of the other."""
    anybody = {"Principal": "*", "Action": READ}
    stranger = {"Principal": {"AWS": f"arn:aws:iam::{facts.STRANGER}:root"}, "Action": READ}
    everybody = _secret(at, "secret-open", anybody)
    all_but_one = _secret(at, "secret-not-principal", {"NotPrincipal": {"AWS": facts.STRANGER}, "Action": "secretsmanager:*"})  # fmt: skip
    strangers = _secret(at, "secret-strangers", {"Principal": {"AWS": at.problems.id}, "Action": "*"}, stranger)
    sisters = _secret(at, "secret-sisters", {**stranger, "Principal": {"AWS": at.twins.id}})
    inside = {"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}}
    endpoint = _secret(at, "secret-endpoint", {**anybody, "Condition": inside})
    taken_back = _secret(at, "secret-denied", stranger, {**anybody, "Effect": "Deny", "Action": "secretsmanager:Get*"})
    plain = _secret(at, "secret-plain")
    at.finds(PUBLIC, everybody, all_but_one)
    at.passes(PUBLIC, strangers, sisters, endpoint, taken_back, plain)
    at.finds(CROSS, strangers, discriminator=facts.STRANGER)
    at.passes(CROSS, sisters, taken_back, plain, everybody)


def _secret(at: Place, name: str, *statements: dict[str, Any]) -> str:
    secrets = at.client("secretsmanager")
    arn = str(secrets.create_secret(Name=name, SecretString="demo-not-a-secret")["ARN"])
    if statements:
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document(*({**one, "Resource": "*"} for one in statements)))  # fmt: skip
    return arn
