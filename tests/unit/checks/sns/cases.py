"""What the checks of SNS find, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Case,
    Settings,
    denied,
    ok,
    organization,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

TOPICS, ATTRIBUTES, SUBSCRIPTIONS = "sns.list_topics", "sns.get_topic_attributes", "sns.list_subscriptions_by_topic"
ARN = f"arn:aws:sns:{REGION}:{OWN}:alarms"
LISTED = ok(TOPICS, REGION, {"Topics": [{"TopicArn": ARN}]})
PUBLIC, FOREIGN = "SNS_PUBLIC", "SNS_SUBSCRIPTION_FOREIGN"


def attributes(*statements: dict[str, Any]) -> Record:
    policy = json.dumps({"Version": "2008-10-17", "Statement": list(statements)})
    return ok(ATTRIBUTES, REGION, {"Attributes": {"TopicArn": ARN, "Owner": OWN, "Policy": policy}}, TopicArn=ARN)


def allow(action: Any = "SNS:Publish", principal: Any = "*", **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": ARN}
    return statement | ({"Condition": condition} if condition else {})


DEFAULT = allow(
    ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:Subscribe", "SNS:Publish"],
    {"AWS": "*"},
    StringEquals={"AWS:SourceOwner": OWN},
)
PUBLIC_CASES = [
    planted(PUBLIC, "everybody may publish", (LISTED, attributes(DEFAULT, allow()))),
    planted(PUBLIC, "everybody may subscribe, by a wildcard", (LISTED, attributes(allow("sns:S*")))),
    planted(PUBLIC, "a negated condition lets in all who have no such key", (LISTED, attributes(
        allow(StringNotEquals={"aws:SourceVpce": "vpce-1"})))),
    hardened(PUBLIC, "as SNS writes it", (LISTED, attributes(DEFAULT))),
    hardened(PUBLIC, "for an own bucket, as Amazon S3's guide has it", (LISTED, attributes(allow(ArnLike={"aws:SourceArn": "arn:aws:s3:*:*:ours"})))),
    planted(PUBLIC, "for the topics of that name of anybody", (LISTED, attributes(allow(ArnLike={"aws:SourceArn": "arn:aws:sns:*:*:ours"})))),
    hardened(PUBLIC, "a service, and a stranger", (LISTED, attributes(
        allow(principal={"Service": "cloudwatch.amazonaws.com"}), allow(principal={"AWS": STRANGER})))),
    unreadable(PUBLIC, "the attributes are denied", (LISTED, denied(ATTRIBUTES, REGION, TopicArn=ARN))),
    unreadable(PUBLIC, "no list", (denied(TOPICS, REGION),)),
]  # fmt: skip


def subscription(protocol: str, endpoint: str, owner: str = OWN) -> dict[str, Any]:
    """As it is stored: the endpoint redacted, unless it is an ARN."""
    redacted: dict[str, Any] = {"redacted": True, "detector": "", "digest": "00"}
    return {
        "SubscriptionArn": f"{ARN}:0", "Owner": owner, "Protocol": protocol, "TopicArn": ARN,
        "Endpoint": redacted | ({"arn": endpoint} if endpoint.startswith("arn:") else {}),
    }  # fmt: skip


def listening(*subscriptions: dict[str, Any], more: tuple[Record, ...] = NO_ORGANIZATION) -> tuple[Record, ...]:
    return (LISTED, ok(SUBSCRIPTIONS, REGION, {"Subscriptions": list(subscriptions)}, TopicArn=ARN), *more)


def queue(account: str) -> str:
    return f"arn:aws:sqs:{REGION}:{account}:q"


OTHER = f"{STRANGER[:-1]}8"
FOREIGN_CASES = [
    planted(FOREIGN, "a stranger's queue, subscribed by ourselves", listening(subscription("sqs", queue(STRANGER))), finds=(STRANGER,)),
    planted(FOREIGN, "a stranger's subscription of his mail", listening(subscription("email", "a@example.com", STRANGER)), finds=(STRANGER,)),
    planted(FOREIGN, "two strangers, and plain HTTP", listening(
        subscription("sqs", queue(STRANGER)), subscription("lambda", f"arn:aws:lambda:{REGION}:{OTHER}:function:f"),
        subscription("http", "http://example.com/")), finds=(OTHER, STRANGER, "http")),
    planted(FOREIGN, "an endpoint that was kept whole", listening(subscription("sqs", "") | {"Endpoint": queue(STRANGER)}), finds=(STRANGER,)),
    hardened(FOREIGN, "own, sister, trusted", listening(
        subscription("sqs", queue(OWN)), subscription("sqs", queue(SISTER), SISTER), subscription("https", "https://example.com/", "444444444444"),
        more=organization(OWN, SISTER)), settings=Settings(trusted_accounts=frozenset({"444444444444"}))),
    hardened(FOREIGN, "mail and telephone are nobody's", listening(subscription("email", "a@example.com"), subscription("sms", "+15550100"))),
    hardened(FOREIGN, "a stranger's that is not confirmed, and one that is deleted", listening(
        subscription("email", "a@example.com", STRANGER) | {"SubscriptionArn": "PendingConfirmation"},
        subscription("http", "http://example.com/") | {"SubscriptionArn": "PendingConfirmation"},
        subscription("sqs", queue(STRANGER)) | {"SubscriptionArn": "Deleted"})),
    hardened(FOREIGN, "nobody listens", listening()),
    unreadable(FOREIGN, "he may be of the organization", listening(
        subscription("sqs", queue(STRANGER)), more=(denied("organizations.describe_organization"), denied("organizations.list_accounts")))),
    unreadable(FOREIGN, "denied", (LISTED, denied(SUBSCRIPTIONS, REGION, TopicArn=ARN))),
]  # fmt: skip

CASES: list[Case] = [*PUBLIC_CASES, *FOREIGN_CASES]
