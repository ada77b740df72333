"""SQS: a queue with a policy."""

from __future__ import annotations

import json

from tests.contract.collect.aws import ACCOUNT, REGION, client, document


def seed() -> None:
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    assert dead
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}"
    redrive = json.dumps({"deadLetterTargetArn": f"{arn}:dead", "maxReceiveCount": "3"})
    policy = document(Principal="*", Action="sqs:SendMessage", Resource=f"{arn}:jobs")
    sqs.create_queue(QueueName="jobs", Attributes={"Policy": policy, "RedrivePolicy": redrive})
