"""Replication groups without authentication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

GROUPS: Final = "elasticache.describe_replication_groups"


def _group(_: AccountData, region: str, item: Item) -> Resource:
    return Resource(
        item["ARN"], "AWS::ElastiCache::ReplicationGroup", item["ReplicationGroupId"], region, data=dict(item)
    )


GROUP = regional_kind(
    "AWS::ElastiCache::ReplicationGroup", (GROUPS, lambda answer: answer.get("ReplicationGroups", []), _group)
)


@check(
    "ELASTICACHE_NO_AUTH",
    kind=GROUP,
    title="A cache asks nobody who he is, and sends everything in the clear",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Whatever runs in the same network reads sessions and whatever else is kept there, or puts its own in.",
    remediation="Turn on encryption in transit (preferred first, required once all clients follow), then a user group or a token. Console: "
    "ElastiCache > the cache > Modify > Security. CLI: aws elasticache modify-replication-group --replication-group-id NAME "
    "--transit-encryption-enabled --transit-encryption-mode preferred --apply-immediately",
    compliance=("AWS-FSBP:ElastiCache.5",),
    references=("https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html",),
)
def no_auth(resource: Resource, context: Context) -> Iterator[Result]:  # noqa: ARG001 - the checks' signature
    """The replication group has neither encryption in transit, nor a token, nor a user group."""
    group = resource.data
    encrypted = group.get("TransitEncryptionEnabled")
    if encrypted or group.get("AuthTokenEnabled") or group.get("UserGroupIds"):
        return
    if encrypted is None:
        yield Unknown("the group does not say whether it encrypts what it sends", GROUPS)
    else:
        yield Fail(f"{resource.name} asks nobody who he is", evidence={"engine": group.get("Engine", "")})
