"""Kinds of resources that belong to no single service."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws import account_arn
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Unreadable


def account_resource(data: AccountData) -> Resource:
    """The account itself, as the resource of settings that an account has once."""
    account = data.account
    return Resource(account_arn(account), "AWS::::Account", account.name or account.id)


def _account(data: AccountData) -> Iterator[Resource | Unreadable]:
    yield account_resource(data)


ACCOUNT = Kind(type="AWS::::Account", needs=(), enumerate=_account, regional=False)
"""The account as a whole: always listed, so that a check on it is UNKNOWN only by what it reads."""
