"""RAM: a share with an account."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("ram").create_resource_share(name="nets", principals=["999999999999"], allowExternalPrincipals=True)
