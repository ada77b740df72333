"""IAM Roles Anywhere, which moto does not have."""

from __future__ import annotations

LACKS = ("rolesanywhere.list_trust_anchors", "rolesanywhere.list_profiles")


def seed() -> None:
    """Nothing can be made."""
