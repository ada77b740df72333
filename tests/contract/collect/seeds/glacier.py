"""Glacier: a vault."""

from __future__ import annotations

from tests.contract.collect.aws import client

LACKS = {"glacier.get_vault_access_policy"}


def seed() -> None:
    client("glacier").create_vault(vaultName="archive")
