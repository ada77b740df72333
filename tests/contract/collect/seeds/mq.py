"""Amazon MQ: a broker."""

from __future__ import annotations

from tests.contract.collect.aws import client


def seed() -> None:
    client("mq").create_broker(
        BrokerName="jobs", EngineType="RABBITMQ", EngineVersion="3.13", DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.m7g.medium", PubliclyAccessible=False, AutoMinorVersionUpgrade=True,
        Users=[{"Username": "admin", "Password": "password-1234"}],
    )  # fmt: skip
