"""SNS: a topic with subscriptions of three kinds."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, REGION, client

AFTER = ("sqs",)


def seed() -> None:
    sns = client("sns")
    topic = sns.create_topic(Name="alarms", Attributes={"DisplayName": "Alarms"})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://example.com/hook")
