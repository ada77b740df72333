"""ARNs and partitions."""

from __future__ import annotations

import pytest

from nightaudit_auditor.aws import ArnError, account_arn, build_arn, parse_arn
from nightaudit_auditor.snapshot import Account

CHINA = Account("111111111111", partition="aws-cn")


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::bucket/a:b",
        "arn:aws-cn:rds:cn-north-1:111111111111:db:orders",
        "arn:aws:iam::aws:policy/AdministratorAccess",
    ],
)
def test_an_arn_survives_being_parsed(text: str) -> None:
    assert str(parse_arn(text)) == text


def test_the_resource_keeps_its_colons() -> None:
    assert parse_arn("arn:aws:lambda:eu-west-1:111111111111:function:f:live").resource == "function:f:live"


@pytest.mark.parametrize("text", ["", "*", "arn:aws:s3:::", "arn:aws:s3", "urn:aws:s3:::b", "111111111111"])
def test_what_is_no_arn_is_refused_by_name(text: str) -> None:
    with pytest.raises(ArnError, match="is not an ARN"):
        parse_arn(text)


def test_arns_are_built_in_the_account_s_partition() -> None:
    assert build_arn(CHINA, "kms", "cn-north-1", "key/k") == "arn:aws-cn:kms:cn-north-1:111111111111:key/k"
    assert account_arn(CHINA) == "arn:aws-cn:iam::111111111111:root"
