"""DMS: a replication instance."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("dms").create_replication_instance(
        ReplicationInstanceIdentifier="move", ReplicationInstanceClass="dms.t3.micro", PubliclyAccessible=False
    )
