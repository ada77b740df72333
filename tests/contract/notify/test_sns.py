"""Errors published to a topic reach its subscribers whole."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from nightaudit_auditor.notify.sns import ErrorMessage, publish


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    yield boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x", region_name="us-east-1")
    server.stop()


def message(*errors: str) -> ErrorMessage:
    return ErrorMessage(
        schedule="nightly", namespace="security", run="nightly-2", result="Partial", time="2026-01-02T03:17:00Z",
        errors=errors,
    )  # fmt: skip


def test_subscribers_read_what_was_published(session: boto3.Session) -> None:
    sns, sqs = session.client("sns", region_name="eu-central-1"), session.client("sqs", region_name="eu-central-1")
    topic = sns.create_topic(Name="nightaudit-errors")["TopicArn"]
    queue = sqs.create_queue(QueueName="errors")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    result = publish(topic, "Night Audit security/nightly: Partial", message("222222222222: AccessDenied"), session)
    assert result.delivered
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    envelope = json.loads(received["Body"])
    assert envelope["Subject"] == "Night Audit security/nightly: Partial"
    told = json.loads(envelope["Message"])
    assert told["errors"] == ["222222222222: AccessDenied"]
    assert told["run"] == "nightly-2"


def test_a_topic_that_does_not_exist_is_an_answer(session: boto3.Session) -> None:
    result = publish("arn:aws:sns:eu-central-1:123456789012:none", "s", message("e"), session)
    assert not result.delivered
    assert result.message.startswith("SNS said NotFound")
