"""Lightsail: moto does not have it."""

from __future__ import annotations

LACKS = {"lightsail.get_instances", "lightsail.get_load_balancers"}


def seed() -> None:
    """Nothing."""
