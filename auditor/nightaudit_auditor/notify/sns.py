"""The run's own errors, published to an SNS topic."""

from __future__ import annotations

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from nightaudit_auditor.notify.model import ResultName

MAXIMUM_SUBJECT = 100
MAXIMUM_BYTES = 256 * 1024
"""Amazon SNS, API reference, Publish: the subject is ASCII text without line breaks, a message at most 256 KB."""

_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


class ErrorMessage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What subscribers read, as JSON. `errors_omitted` counts the errors that SNS's limit left no room for."""

    schedule: str
    namespace: str
    run: str
    result: ResultName
    time: str
    errors: tuple[str, ...]
    report_uri: str = ""
    errors_omitted: int = 0


class Published(msgspec.Struct, frozen=True):
    """What became of a message; `message` says why it was not delivered."""

    delivered: bool
    message: str = ""


def publish(topic_arn: str, subject: str, message: ErrorMessage, session: boto3.Session) -> Published:
    """Publish with the session's credentials, in the topic's own region. A failure is an answer, never an exception."""
    parts = topic_arn.split(":")
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sns" or not all(parts):
        return Published(delivered=False, message=f"errors.sns.topicARN {topic_arn!r} is not the ARN of an SNS topic")
    try:
        client = session.client("sns", region_name=parts[3], config=_CONFIG)
        client.publish(TopicArn=topic_arn, Subject=_subject(subject), Message=encode(message).decode())
    except ClientError as error:
        answer = error.response.get("Error", {})
        return Published(
            delivered=False, message=f"SNS said {answer.get('Code', '')}: {answer.get('Message', '')}"[:500]
        )
    except (BotoCoreError, ValueError) as error:  # ValueError: a malformed endpoint or region
        return Published(delivered=False, message=f"SNS could not be reached: {error}"[:500])
    return Published(delivered=True)


def encode(message: ErrorMessage) -> bytes:
    """The message as JSON within SNS's limit: the errors that do not fit are counted instead."""
    data = msgspec.json.encode(message)
    while len(data) > MAXIMUM_BYTES and message.errors:
        kept = message.errors[: len(message.errors) // 2]
        omitted = message.errors_omitted + len(message.errors) - len(kept)
        message = msgspec.structs.replace(message, errors=kept, errors_omitted=omitted)
        data = msgspec.json.encode(message)
    return data


def _subject(text: str) -> str:
    """At most 100 printable ASCII characters that begin with a letter, digit or punctuation mark, as SNS demands."""
    line = "".join(c if c.isascii() and c.isprintable() else "?" for c in " ".join(text.split()))
    return line[:MAXIMUM_SUBJECT].strip() or "Night Audit"
