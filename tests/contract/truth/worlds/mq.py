"""Amazon MQ: brokers on the Internet."""

from __future__ import annotations

from tests.contract.truth.place import Place

CHECK = "MQ_BROKER_PUBLIC"


def plant(at: Place) -> None:
    """A public one beside a private one."""
    at.finds(CHECK, _broker(at, "jobs-outside", public=True))
    at.passes(CHECK, _broker(at, "jobs-inside", public=False))


def _broker(at: Place, name: str, *, public: bool) -> str:
    made = at.client("mq").create_broker(
        BrokerName=name, EngineType="RABBITMQ", EngineVersion="3.13", DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.m7g.medium", PubliclyAccessible=public, AutoMinorVersionUpgrade=True,
        Users=[{"Username": "jobs", "Password": "demo-not-a-secret"}],
    )  # fmt: skip
    return str(made["BrokerArn"])
