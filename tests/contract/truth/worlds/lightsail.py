"""Lightsail, which moto does not have."""

from __future__ import annotations

from tests.contract.truth.place import Place

LACKS = {"LIGHTSAIL_IN_USE": "lightsail.CreateInstances is not in moto, as nothing of Lightsail is"}


def plant(_: Place) -> None:
    """Nothing can be made."""
