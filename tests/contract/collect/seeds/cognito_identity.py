"""Cognito identity pools: one that lets guests in."""

from __future__ import annotations

from tests.contract.collect.aws import client

LACKS = ("cognito-identity.get_identity_pool_roles",)


def seed() -> None:
    client("cognito-identity").create_identity_pool(IdentityPoolName="app", AllowUnauthenticatedIdentities=True)
