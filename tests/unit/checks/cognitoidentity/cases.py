"""What the check of identity pools finds, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import OWN, REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "COGNITO_GUEST_ACCESS"
POOL = f"{REGION}:11111111-1111-1111-1111-111111111111"
LISTED = ok(
    "cognito-identity.list_identity_pools",
    REGION,
    {"IdentityPools": [{"IdentityPoolId": POOL, "IdentityPoolName": "app"}]},
)
ROLES = "cognito-identity.get_identity_pool_roles"


def pool(guests: bool, **more: bool) -> Record:
    answer = {"IdentityPoolId": POOL, "IdentityPoolName": "app", "AllowUnauthenticatedIdentities": guests, **more}
    return ok("cognito-identity.describe_identity_pool", REGION, answer, IdentityPoolId=POOL)


def roles(*kinds: str) -> Record:
    answer = {"IdentityPoolId": POOL, "Roles": {kind: f"arn:aws:iam::{OWN}:role/{kind}" for kind in kinds}}
    return ok(ROLES, REGION, answer, IdentityPoolId=POOL)


CASES: list[Case] = [
    planted(CHECK, "guests have a role", (LISTED, pool(True), roles("authenticated", "unauthenticated"))),
    planted(CHECK, "guests have a role, by the classic flow too", (LISTED, pool(True, AllowClassicFlow=True), roles("unauthenticated"))),
    hardened(CHECK, "guests are let in, but act as nobody", (LISTED, pool(True), roles("authenticated"))),
    hardened(CHECK, "a role for guests, but none are let in", (LISTED, pool(False), roles("unauthenticated"))),
    unreadable(CHECK, "the list is denied", denied("cognito-identity.list_identity_pools", REGION)),
    unreadable(CHECK, "the pool is denied", (LISTED, denied("cognito-identity.describe_identity_pool", REGION, IdentityPoolId=POOL))),
    unreadable(CHECK, "its roles are denied", (LISTED, pool(True), denied(ROLES, REGION, IdentityPoolId=POOL))),
    unreadable(CHECK, "the pool was not asked about", (LISTED,)),
    unreadable(CHECK, "its roles were not asked for", (LISTED, pool(True), failed(ROLES, REGION, Outcome.SKIPPED, IdentityPoolId=POOL))),
]  # fmt: skip
