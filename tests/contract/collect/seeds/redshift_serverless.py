"""Redshift Serverless: moto does not have it."""

from __future__ import annotations

LACKS = {"redshift-serverless.list_workgroups"}


def seed() -> None:
    """Nothing."""
