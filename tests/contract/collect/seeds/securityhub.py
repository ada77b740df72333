"""Security Hub: switched on."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("securityhub").enable_security_hub()
