"""ElastiCache: caches that ask nobody who he is."""

from __future__ import annotations

from typing import Any

from tests.contract.truth.place import Place

CHECK = "ELASTICACHE_NO_AUTH"


def plant(at: Place) -> None:
    """Any one of encryption in transit, a token, a group of users is enough."""
    at.finds(CHECK, _group(at, "cache-open"), _group(at, "cache-encrypted-at-rest", AtRestEncryptionEnabled=True))
    encrypted = {"TransitEncryptionEnabled": True}
    at.passes(
        CHECK,
        _group(at, "cache-encrypted", **encrypted, TransitEncryptionMode="preferred"),
        _group(at, "cache-token", **encrypted, AuthToken="sixteen-characters-or-more"),
        _group(at, "cache-users", UserGroupIds=["cache-users"]),
    )


def _group(at: Place, name: str, **more: Any) -> str:
    made = at.client("elasticache").create_replication_group(
        ReplicationGroupId=name, ReplicationGroupDescription=name, Engine="redis", CacheNodeType="cache.t4g.micro", **more
    )  # fmt: skip
    return str(made["ReplicationGroup"]["ARN"])
