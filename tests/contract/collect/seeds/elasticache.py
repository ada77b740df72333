"""ElastiCache: a replication group and a cluster."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    caches = client("elasticache")
    caches.create_replication_group(
        ReplicationGroupId="sessions", ReplicationGroupDescription="d", Engine="redis", CacheNodeType="cache.t4g.micro"
    )
    caches.create_cache_cluster(
        CacheClusterId="pages", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=1
    )
