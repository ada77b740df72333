"""SNS: who may use topics, and who listens to them."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

PUBLIC, FOREIGN = "SNS_PUBLIC", "SNS_SUBSCRIPTION_FOREIGN"


def plant(at: Place) -> None:
    """Each problem has its twin beside it."""
    _policies(at)
    _subscriptions(at)


def _policies(at: Place) -> None:
    """A topic has a policy from the start: it lets `*` in, but only as the owner."""
    publish = {"Principal": "*", "Action": "SNS:Publish"}
    owner = {
        "Principal": {"AWS": "*"}, "Action": ["SNS:Subscribe", "SNS:Publish", "SNS:SetTopicAttributes"],
        "Condition": {"StringEquals": {"AWS:SourceOwner": at.problems.id}},
    }  # fmt: skip
    not_inside = {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}}
    at.finds(
        PUBLIC,
        _topic(at, "alarms-open", owner, publish),
        _topic(at, "alarms-audible", {"Principal": {"AWS": "*"}, "Action": "sns:S*"}),
        _topic(at, "alarms-outside", {**publish, "Condition": not_inside}),
    )
    at.passes(
        PUBLIC,
        _topic(at, "alarms-new"),
        _topic(at, "alarms-owner", owner),
        _topic(at, "alarms-stranger", {**publish, "Principal": {"AWS": facts.STRANGER}}),
        _topic(at, "alarms-service", {**publish, "Principal": {"Service": "cloudwatch.amazonaws.com"}}),
        _topic(at, "alarms-denied", publish, {**publish, "Effect": "Deny"}),
    )


def _topic(at: Place, name: str, *statements: dict[str, Any]) -> str:
    sns = at.client("sns")
    arn = str(sns.create_topic(Name=name)["TopicArn"])
    if statements:
        policy = document(*({**one, "Resource": arn} for one in statements))
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


def _subscriptions(at: Place) -> None:
    function = f"arn:aws:lambda:{facts.HOME_REGION}:{facts.STRANGER}:function:hears"
    stranger = _heard_by(at, "heard-by-stranger", ("sqs", _queue(facts.STRANGER)), ("sqs", _queue(at.twins.id)))
    at.finds(FOREIGN, stranger, _heard_by(at, "heard-by-function", ("lambda", function)), discriminator=facts.STRANGER)
    at.finds(FOREIGN, _heard_by(at, "heard-on-the-way", ("http", "http://example.com/hook")), discriminator="http")
    at.passes(
        FOREIGN,
        _heard_by(at, "heard-inside", ("sqs", _queue(at.problems.id)), ("sqs", _queue(at.twins.id))),
        _heard_by(at, "heard-by-people", ("email", "ops@example.com"), ("https", "https://example.com/hook")),
        _heard_by(at, "heard-by-nobody"),
    )


def _queue(account: str) -> str:
    return f"arn:aws:sqs:{facts.HOME_REGION}:{account}:hears"


def _heard_by(at: Place, name: str, *listeners: tuple[str, str]) -> str:
    topic = _topic(at, name)
    for protocol, endpoint in listeners:
        at.client("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)
    return topic
