"""Identity pools and their guests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData

_LIST: Final = "cognito-identity.list_identity_pools"
_DESCRIBE: Final = "cognito-identity.describe_identity_pool"
_ROLES: Final = "cognito-identity.get_identity_pool_roles"


def _pool(data: AccountData, region: str, item: Item) -> Resource:
    identity = str(item["IdentityPoolId"])
    arn = build_arn(data.account, "cognito-identity", region, f"identitypool/{identity}")
    record = data.record(_DESCRIBE, region, {"IdentityPoolId": identity})
    described = (record.answer if record is not None else None) or {}
    tags = dict(described.get("IdentityPoolTags") or {})
    return Resource(
        arn, "AWS::Cognito::IdentityPool", str(item.get("IdentityPoolName", identity)), region, tags, dict(item)
    )


_POOL = regional_kind("AWS::Cognito::IdentityPool", (_LIST, lambda answer: answer.get("IdentityPools", []), _pool))


@check(
    "COGNITO_GUEST_ACCESS",
    kind=_POOL,
    title="An identity pool gives AWS credentials to guests",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=(_DESCRIBE, _ROLES),
    risk="Everybody who reads the pool's id in the application's code has credentials of the account.",
    remediation=(
        "Console: Cognito > Identity pools > the pool > User access > Guest access > Deactivate, unless the application has guests; "
        "then look at what their role may do. CLI: aws cognito-identity update-identity-pool --identity-pool-id ID "
        "--identity-pool-name NAME --no-allow-unauthenticated-identities"
    ),
    compliance=("AWS-FSBP:Cognito.2",),
    references=("https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html",),
)
def guest_access(resource: Resource, context: Context) -> Iterator[Fail]:
    """The pool allows unauthenticated identities, and a role is mapped to them."""
    parameters = {"IdentityPoolId": str(resource.data["IdentityPoolId"])}
    pool = context.data.answer(_DESCRIBE, resource.region, parameters) or {}
    if pool.get("AllowUnauthenticatedIdentities") is not True:
        return
    roles = (context.data.answer(_ROLES, resource.region, parameters) or {}).get("Roles") or {}
    if role := roles.get("unauthenticated"):
        classic = pool.get("AllowClassicFlow") is True
        evidence = {"role": role, "classicFlow": classic}
        yield Fail(f"guests of identity pool {resource.name} act as {role.rpartition('/')[2]}", evidence=evidence)
