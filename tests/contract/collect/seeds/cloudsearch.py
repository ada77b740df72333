"""CloudSearch: moto does not have it."""

from __future__ import annotations

LACKS = {"cloudsearch.describe_domains", "cloudsearch.describe_service_access_policies"}


def seed() -> None:
    """Nothing."""
