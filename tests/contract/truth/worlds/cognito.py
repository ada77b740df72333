"""Cognito: identity pools, and the roles that they hand to guests."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place
from tests.contract.truth.worlds.iam_powers import role

CHECK, ISSUER = "IAM_ROLE_COGNITO_UNAUTH", "cognito-identity.amazonaws.com"
FOREIGN = f"{facts.HOME_REGION}:22222222-2222-2222-2222-222222222222"
LACKS = {"COGNITO_GUEST_ACCESS": "cognito-identity.SetIdentityPoolRoles maps guests to a role"}


def plant(at: Place) -> None:
    """A pool with guests, and roles that name it or another one."""
    pool = at.client("cognito-identity").create_identity_pool(
        IdentityPoolName="app", AllowUnauthenticatedIdentities=True
    )["IdentityPoolId"]
    telemetry = {"Action": ["mobileanalytics:PutEvents", "cognito-sync:*"], "Resource": "*"}
    table = {"Action": "dynamodb:GetItem", "Resource": "*"}
    at.finds(
        CHECK,
        role(at, "guests-with-table", _trust(pool), telemetry, table),
        role(at, "users-of-elsewhere", _trust(FOREIGN, "authenticated"), telemetry),
        region=GLOBAL,
    )
    at.passes(
        CHECK,
        role(at, "guests-with-telemetry", _trust(pool), telemetry),
        role(at, "users-with-table", _trust(pool, "authenticated"), table),
        role(at, "guests-denied", _trust(pool), telemetry, table, {**table, "Effect": "Deny"}),
        region=GLOBAL,
    )


def _trust(pool: str, who: str = "unauthenticated") -> dict[str, Any]:
    condition = {"StringEquals": {f"{ISSUER}:aud": pool}, "ForAnyValue:StringLike": {f"{ISSUER}:amr": who}}
    return {"Principal": {"Federated": ISSUER}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition}
