"""A bucket's ARN has neither region nor account, wherever a policy writes `*` for them.

Amazon S3's own example for notifications asks for `aws:SourceArn` like `arn:aws:s3:*:*:bucket` (Amazon S3 User Guide, "Granting
permissions to publish event notification messages"). Of S3's resources only some have an account, and they have a type before
a slash, so that a bucket's name never means one of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from nightaudit_auditor.aws.policy.document import Condition, Document
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.policy.truth import Truth

_SOURCE: Final = "aws:sourcearn"
_WITH_ACCOUNT: Final = tuple(
    wild(f"{kind}/*")
    for kind in ("access-grants", "accesspoint", "async-request", "job", "storage-lens", "storage-lens-group")
)
"""Types of S3's resources that are an account's (Service Authorization Reference, "Amazon S3")."""


def bare_buckets(document: Document) -> Document:
    """The document, with the ARNs of buckets among its conditions' sources as S3 says them."""
    if not any(condition.key == _SOURCE for statement in document.statements for condition in statement.conditions):
        return document
    statements = (
        replace(statement, conditions=tuple(map(_bare, statement.conditions))) for statement in document.statements
    )
    return Document(tuple(statements))


def _bare(condition: Condition) -> Condition:
    if condition.key != _SOURCE:
        return condition
    return replace(condition, values=tuple(map(_bucket, condition.values)))


def _bucket(arn: str) -> str:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "s3" or not {parts[3], parts[4]} <= {"", "*"}:
        return arn
    if any(match(wild(parts[5]), kind) is not Truth.NO for kind in _WITH_ACCOUNT):
        return arn
    return f"{parts[0]}:{parts[1]}:s3:::{parts[5]}"
