"""Of each other service a handful: functions, queues, topics, keys, repositories, tables, secrets, log groups."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

from bench.account.builder import ACCOUNT, Builder, open_policy


def fill(builder: Builder) -> None:
    """`size.each` of every kind, a trail, and a detector in each region that holds resources."""
    makers = (_function, _queue, _topic, _key, _repository, _table, _secret, _log_group)
    for number, region in builder.spread(builder.size.each):
        for make in makers:
            make(builder, region, f"{make.__name__.strip('_').replace('_', '-')}-{number:03d}")
    _detection(builder)


@cache
def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event")
    return packed.getvalue()


def _function(builder: Builder, region: str, name: str) -> None:
    client = builder.client("lambda", region)
    secret = {"DB_PASSWORD": "Tr0ub4dor-and-3"} if builder.bad() else {"STAGE": "production"}
    client.create_function(
        FunctionName=name, Runtime="python3.12", Role=f"arn:aws:iam::{ACCOUNT.id}:role/role-0000", Handler="main.handler",
        Code={"ZipFile": _code()}, Environment={"Variables": secret},
    )  # fmt: skip
    if builder.bad():
        client.add_permission(FunctionName=name, StatementId="all", Action="lambda:InvokeFunction", Principal="*")


def _queue(builder: Builder, region: str, name: str) -> None:
    arn = f"arn:aws:sqs:{region}:{ACCOUNT.id}:{name}"
    policy = open_policy(arn, "sqs:SendMessage", bad=builder.bad())
    builder.client("sqs", region).create_queue(QueueName=name, Attributes={"Policy": policy})


def _topic(builder: Builder, region: str, name: str) -> None:
    client = builder.client("sns", region)
    arn = client.create_topic(Name=name)["TopicArn"]
    policy = open_policy(arn, "sns:Publish", bad=builder.bad())
    client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def _key(builder: Builder, region: str, name: str) -> None:
    client = builder.client("kms", region)
    made = client.create_key(Description=name, Policy=open_policy("*", "kms:*", bad=builder.bad()))["KeyMetadata"]
    if not builder.bad():
        client.enable_key_rotation(KeyId=made["KeyId"])


def _repository(builder: Builder, region: str, name: str) -> None:
    scan = {"scanOnPush": not builder.bad()}
    builder.client("ecr", region).create_repository(repositoryName=name, imageScanningConfiguration=scan)


def _table(builder: Builder, region: str, name: str) -> None:
    builder.client("dynamodb", region).create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )  # fmt: skip


def _secret(builder: Builder, region: str, name: str) -> None:
    client: Any = builder.client("secretsmanager", region)
    client.create_secret(Name=name, SecretString=json.dumps({"of": "no use"}))


def _log_group(builder: Builder, region: str, name: str) -> None:
    client = builder.client("logs", region)
    client.create_log_group(logGroupName=name)
    if not builder.bad():
        client.put_retention_policy(logGroupName=name, retentionInDays=90)


def _detection(builder: Builder) -> None:
    for region in builder.size.where:
        builder.client("guardduty", region).create_detector(Enable=True)
    home = builder.size.where[0]
    client = builder.client("cloudtrail", home)
    client.create_trail(Name="main", S3BucketName=f"bench-{ACCOUNT.id}-0000", IsMultiRegionTrail=True)
    client.start_logging(Name="main")
