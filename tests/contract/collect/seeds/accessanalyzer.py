"""IAM Access Analyzer, which moto does not have."""

from __future__ import annotations

LACKS = ("accessanalyzer.list_analyzers",)


def seed() -> None:
    """Nothing can be made."""
