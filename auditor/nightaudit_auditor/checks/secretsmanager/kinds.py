"""How secrets are listed."""

from __future__ import annotations

from typing import Final

from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData

SECRETS: Final = "secretsmanager.list_secrets"


def _secret(_data: AccountData, region: str, item: Item) -> Resource:
    arn, name = str(item["ARN"]), str(item["Name"])
    return Resource(arn, "AWS::SecretsManager::Secret", name, region, tags(item.get("Tags")), dict(item))


SECRET: Final = regional_kind(
    "AWS::SecretsManager::Secret", (SECRETS, lambda answer: answer.get("SecretList", []), _secret)
)
