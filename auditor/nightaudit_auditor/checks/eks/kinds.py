"""How clusters of EKS are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

CLUSTERS: Final = "eks.list_clusters"
DESCRIBE: Final = "eks.describe_cluster"


def _clusters(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            names = (data.answer(CLUSTERS, region) or {}).get("clusters", [])
        except Unreadable as problem:
            yield problem
            continue
        for name in names:
            try:
                tags = cluster_of(data, region, name).get("tags") or {}
            except (Unreadable, Gone):
                tags = {}  # no verdict hangs on tags
            arn = build_arn(data.account, "eks", region, f"cluster/{name}")
            yield Resource(arn, "AWS::EKS::Cluster", name, region, dict(tags))


CLUSTER = Kind("AWS::EKS::Cluster", (CLUSTERS, DESCRIBE), _clusters, regional=True)


def cluster_of(data: AccountData, region: str, name: str) -> dict[str, Any]:
    """What DescribeCluster says of a cluster. Raises Unreadable, Gone."""
    return dict((data.answer(DESCRIBE, region, {"name": name}) or {}).get("cluster") or {})
