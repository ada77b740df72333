"""Direct Connect: a connection."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("directconnect").create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="office")
