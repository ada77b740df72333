"""Glacier: moto has vaults, but no policies of vaults."""

from __future__ import annotations

from tests.contract.truth.place import Place

LACKS = {"GLACIER_PUBLIC": "glacier.SetVaultAccessPolicy is not in moto, nor is the call that reads a policy"}


def plant(_: Place) -> None:
    """Nothing can be made."""
