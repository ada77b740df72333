"""What the checks of Amazon MQ find, must not find, and must admit not to know."""

from __future__ import annotations

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import OWN, REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, said, unreadable

BROKERS, DESCRIBE, PUBLIC = "mq.list_brokers", "mq.describe_broker", "MQ_BROKER_PUBLIC"
BROKER = {"BrokerArn": f"arn:aws:mq:{REGION}:{OWN}:broker:jobs:b-1", "BrokerId": "b-1", "BrokerName": "jobs"}
LISTED = ok(BROKERS, REGION, {"BrokerSummaries": [BROKER]})


def broker(public: bool | None) -> tuple[Record, ...]:
    return LISTED, ok(
        DESCRIBE, REGION, said(**BROKER, EngineType="RABBITMQ", PubliclyAccessible=public), BrokerId="b-1"
    )


CASES: list[Case] = [
    planted(PUBLIC, "public", broker(True)),
    hardened(PUBLIC, "private", broker(False)),
    hardened(PUBLIC, "vanished", (LISTED, failed(DESCRIBE, REGION, Outcome.GONE, BrokerId="b-1"))),
    unreadable(PUBLIC, "no list", denied(BROKERS, REGION)),
    unreadable(PUBLIC, "the broker is denied", (LISTED, denied(DESCRIBE, REGION, BrokerId="b-1"))),
    unreadable(PUBLIC, "it does not say", broker(None)),
]  # fmt: skip
