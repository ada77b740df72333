"""Amazon Resource Names: `arn:partition:service:region:account:resource` (IAM User Guide, "Identify AWS resources")."""

from __future__ import annotations

from typing import NamedTuple

from nightaudit_auditor.snapshot import Account


class ArnError(ValueError):
    """The text is not an ARN; the message shows it."""


class Arn(NamedTuple):
    """The six parts of an ARN; `region` and `account` are empty where the service leaves them out (S3, IAM)."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn:
    """Split an ARN; the resource part keeps its colons. Raises ArnError."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        raise ArnError(f"{text!r} is not an ARN")
    return Arn(*parts[1:])


def build_arn(account: Account, service: str, region: str, resource: str) -> str:
    """The ARN of a resource of `account` in its partition; `region` is empty for global services."""
    return str(Arn(account.partition, service, region, account.id, resource))


def account_arn(account: Account) -> str:
    """The ARN that stands for the account as a whole: its root principal."""
    return build_arn(account, "iam", "", "root")
