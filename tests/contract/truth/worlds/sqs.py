"""SQS: who may use queues."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "SQS_PUBLIC"


def plant(at: Place) -> None:
    """Everybody by several ways, and twins that a condition, a Deny or another queue's ARN makes harmless."""
    send = {"Principal": "*", "Action": "sqs:SendMessage"}
    owner = {"Principal": {"AWS": at.problems.id}, "Action": "SQS:*"}
    topic = {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{facts.HOME_REGION}:{at.problems.id}:alarms"}}
    outside = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    others = {"Effect": "Deny", "NotPrincipal": {"AWS": f"arn:aws:iam::{at.problems.id}:root"}, "Action": "sqs:*"}
    at.finds(
        CHECK,
        _queue(at, "jobs-open", send),
        _queue(at, "jobs-second", owner, {"Principal": {"AWS": "*"}, "Action": "SQS:Receive*"}),
        _queue(at, "jobs-outside", {**send, "Condition": outside}),
        _queue(at, "jobs-not-action", {"Principal": "*", "NotAction": "sqs:DeleteQueue"}),
    )
    at.passes(
        CHECK,
        _queue(at, "jobs-topic", {**send, "Condition": topic}),
        _queue(at, "jobs-denied", {**send, "Action": "sqs:*"}, others),
        _queue(at, "jobs-stranger", {**send, "Principal": {"AWS": facts.STRANGER}}),
        _queue(at, "jobs-other", {**send, "Resource": _arn(at, "jobs-other-old")}),
        _queue(at, "jobs-plain"),
    )


def _arn(at: Place, name: str) -> str:
    return f"arn:aws:sqs:{facts.HOME_REGION}:{at.problems.id}:{name}"


def _queue(at: Place, name: str, *statements: dict[str, Any]) -> str:
    arn = _arn(at, name)
    policy = {"Policy": document(*({"Resource": arn, **one} for one in statements))} if statements else {}
    at.client("sqs").create_queue(QueueName=name, Attributes=policy)
    return arn
