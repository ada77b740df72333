"""The run's own errors on SNS: within its limits, and a failure is an answer."""

from __future__ import annotations

import boto3
import msgspec
import pytest
from botocore.stub import Stubber

from nightaudit_auditor.notify import sns
from nightaudit_auditor.notify.sns import ErrorMessage, encode, publish

TOPIC = "arn:aws:sns:eu-central-1:111111111111:nightaudit-errors"
MESSAGE = ErrorMessage(
    schedule="nightly", namespace="security", run="nightly-2", result="Partial", time="2026-01-02T03:17:00Z",
    errors=("222222222222 staging: AccessDenied",),
)  # fmt: skip


def a_session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="x", region_name="us-east-1")


class Stubbed(boto3.Session):
    """A session whose SNS client expects one call; `asked` is what `client` was called with."""

    def prepare(self) -> Stubber:
        self.sns = a_session().client("sns", region_name="eu-central-1")
        self.asked: dict[str, object] = {}
        return Stubber(self.sns)

    def client(self, service: str, **given: object) -> object:  # type: ignore[override]
        self.asked = {"service": service, **given}
        return self.sns


class TestPublish:
    def test_goes_to_the_topics_own_region(self) -> None:
        session = Stubbed()
        with session.prepare() as stub:
            body = encode(MESSAGE).decode()
            stub.add_response(
                "publish", {"MessageId": "1"}, {"TopicArn": TOPIC, "Subject": "Night Audit: 1 error", "Message": body}
            )
            assert publish(TOPIC, "Night Audit:\n1 error", MESSAGE, session) == sns.Published(delivered=True)
        assert (session.asked["service"], session.asked["region_name"]) == ("sns", "eu-central-1")

    def test_tells_what_sns_said(self) -> None:
        session = Stubbed()
        with session.prepare() as stub:
            stub.add_client_error("publish", "AuthorizationError", "no")
            assert publish(TOPIC, "s", MESSAGE, session) == sns.Published(False, "SNS said AuthorizationError: no")

    def test_tells_that_there_are_no_credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        result = publish(TOPIC, "s", MESSAGE, boto3.Session())
        assert (result.delivered, "Unable to locate credentials" in result.message) == (False, True)

    @pytest.mark.parametrize(
        "arn", ["", "nightaudit", "arn:aws:sqs:eu-central-1:1:q", "arn:aws:sns::1:t", "arn:aws:sns:a:1"]
    )
    def test_tells_that_the_topic_is_none(self, arn: str) -> None:
        result = publish(arn, "s", MESSAGE, a_session())
        assert (result.delivered, "errors.sns.topicARN" in result.message) == (False, True)


class TestLimits:
    @pytest.mark.parametrize(
        ("subject", "sent"),
        [("a\r\nb", "a b"), ("é\x00ü", "???"), ("x" * 300, "x" * 100), ("", "Night Audit"), (" \n", "Night Audit")],
    )
    def test_the_subject_is_short_ascii_on_one_line(self, subject: str, sent: str) -> None:
        session = Stubbed()
        with session.prepare() as stub:
            body = encode(MESSAGE).decode()
            stub.add_response("publish", {"MessageId": "1"}, {"TopicArn": TOPIC, "Subject": sent, "Message": body})
            assert publish(TOPIC, subject, MESSAGE, session).delivered

    def test_errors_without_room_are_counted(self) -> None:
        many = msgspec.structs.replace(MESSAGE, errors=tuple("é" * 1000 for _ in range(1000)))
        data = encode(many)
        sent = msgspec.json.decode(data)
        assert len(data) <= 256 * 1024
        assert sent["errors"]
        assert len(sent["errors"]) + sent["errorsOmitted"] == 1000
