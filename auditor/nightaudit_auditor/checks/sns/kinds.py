"""How topics are listed."""

from __future__ import annotations

from typing import Final

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.checks.regional import Item, regional_kind
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData


def _topic(_data: AccountData, region: str, item: Item) -> Resource:
    arn = str(item["TopicArn"])
    return Resource(arn, "AWS::SNS::Topic", parse_arn(arn).resource, region, data=dict(item))


TOPIC: Final = regional_kind("AWS::SNS::Topic", ("sns.list_topics", lambda answer: answer.get("Topics", []), _topic))
