"""What the check of SQS finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import OWN, REGION, STRANGER, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

QUEUES, ATTRIBUTES = "sqs.list_queues", "sqs.get_queue_attributes"
URL = f"https://sqs.{REGION}.amazonaws.com/{OWN}/jobs"
ARN = f"arn:aws:sqs:{REGION}:{OWN}:jobs"
LISTED = ok(QUEUES, REGION, {"QueueUrls": [URL]})
PUBLIC = "SQS_PUBLIC"


def attributes(*statements: dict[str, Any]) -> Record:
    policy = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})} if statements else {}
    return ok(ATTRIBUTES, REGION, {"Attributes": {"QueueArn": ARN, **policy}}, QueueUrl=URL)


def allow(principal: Any = "*", action: Any = "sqs:SendMessage", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN}
    return statement | ({"Condition": condition} if condition else {})


OWNER = allow({"AWS": OWN}, "SQS:*")
FROM_TOPIC = {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{REGION}:{OWN}:alarms"}}
FROM_ANYWHERE = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
OTHERS = {"Effect": "Deny", "NotPrincipal": {"AWS": OWN}, "Action": "sqs:*", "Resource": ARN}

CASES: list[Case] = [
    planted(PUBLIC, "everybody may send", (LISTED, attributes(allow()))),
    planted(PUBLIC, "the second statement", (LISTED, attributes(OWNER, allow(action="SQS:Receive*")))),
    planted(PUBLIC, "a condition that keeps nobody out", (LISTED, attributes(allow(**FROM_ANYWHERE)))),
    planted(PUBLIC, "an object for a statement, and all but one action", (LISTED, ok(ATTRIBUTES, REGION, {"Attributes": {"Policy": json.dumps(
        {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "NotAction": "sqs:DeleteQueue", "Resource": "*"}})}}, QueueUrl=URL))),
    hardened(PUBLIC, "only for an own topic", (LISTED, attributes(allow(**FROM_TOPIC)))),
    hardened(PUBLIC, "only for an own bucket, as Amazon S3's guide has it", (LISTED, attributes(allow(ArnLike={"aws:SourceArn": "arn:aws:s3:*:*:ours"})))),
    planted(PUBLIC, "for whatever bucket", (LISTED, attributes(allow(ArnLike={"aws:SourceArn": "arn:aws:s3:*:*:*"})))),
    hardened(PUBLIC, "denied to all others", (LISTED, attributes(allow(action="sqs:*"), OTHERS))),
    hardened(PUBLIC, "a stranger is not everybody", (LISTED, attributes(allow({"AWS": STRANGER})))),
    hardened(PUBLIC, "another queue's ARN", (LISTED, attributes(allow() | {"Resource": f"{ARN}-old"}))),
    hardened(PUBLIC, "no policy", (LISTED, attributes())),
    hardened(PUBLIC, "gone while the run went on", (LISTED, failed(ATTRIBUTES, REGION, Outcome.GONE, QueueUrl=URL))),
    unreadable(PUBLIC, "the attributes are denied", (LISTED, denied(ATTRIBUTES, REGION, QueueUrl=URL))),
    unreadable(PUBLIC, "a policy that is no policy", (LISTED, ok(ATTRIBUTES, REGION, {"Attributes": {"Policy": "{}"}}, QueueUrl=URL))),
    unreadable(PUBLIC, "no list", (denied(QUEUES, REGION),)),
]  # fmt: skip
