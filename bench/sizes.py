"""How large the generated accounts are."""

from __future__ import annotations

from dataclasses import dataclass

REGIONS = (
    "eu-central-1", "us-east-1", "eu-west-1", "us-west-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-north-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-2",
    "us-west-1",
)  # fmt: skip
"""The regions that every account has enabled without asking for them (AWS: opt-in-not-required)."""


@dataclass(frozen=True)
class Size:
    """An account: how many of each resource, spread evenly over the first `regions` of its enabled regions.

    `enabled` is how many regions the account has. `each` counts functions, queues, topics, keys, repositories, tables, secrets and log groups, each kind by itself.
    """

    name: str
    regions: int
    users: int
    roles: int
    policies: int
    buckets: int
    security_groups: int
    instances: int
    volumes: int
    snapshots: int
    images: int
    each: int
    enabled: int = len(REGIONS)

    @property
    def where(self) -> tuple[str, ...]:
        """The regions that hold resources."""
        return REGIONS[: self.regions]


SIZES = {
    size.name: size
    for size in (
        Size("tiny", 1, 2, 2, 1, 2, 2, 2, 1, 1, 1, 1, enabled=2),
        Size("small", 2, 12, 24, 8, 12, 20, 12, 8, 6, 2, 6),
        Size("medium", 3, 100, 162, 25, 60, 150, 100, 60, 45, 9, 24),
        Size("large", 4, 300, 530, 60, 200, 500, 300, 200, 120, 20, 80),
    )
}
