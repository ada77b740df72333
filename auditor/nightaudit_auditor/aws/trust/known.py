"""Accounts that belong to AWS itself or to well-known vendors, from the dated table beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import msgspec
import yaml


class KnownAccount(msgspec.Struct, frozen=True):
    """`aws` is True for accounts through which AWS's own services act (load balancer logs); `source` is where it is published."""

    name: str
    source: str
    aws: bool = False


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    source: str
    accounts: tuple[str, ...]
    aws: bool = False
    images: bool = False


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    updated: str
    entries: tuple[_Entry, ...]


def _read() -> tuple[str, dict[str, KnownAccount], dict[str, KnownAccount]]:
    text = files("nightaudit_auditor.aws.trust").joinpath("known_accounts.yaml").read_text()
    table = msgspec.convert(yaml.safe_load(text), _Table)
    known, publishers = (
        {
            account: KnownAccount(entry.name, entry.source, entry.aws)
            for entry in table.entries
            if entry.images is images
            for account in entry.accounts
        }
        for images in (False, True)
    )
    return table.updated, known, publishers


TABLE_DATE: str
KNOWN_ACCOUNTS: Mapping[str, KnownAccount]
IMAGE_PUBLISHERS: Mapping[str, KnownAccount]
"""Who publishes machine images, and is trusted for nothing else."""
TABLE_DATE, KNOWN_ACCOUNTS, IMAGE_PUBLISHERS = _read()
