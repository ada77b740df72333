"""The least privilege: exactly the IAM actions that the collection catalogue needs, in documents that IAM accepts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from nightaudit_auditor.collect.entries import Catalogue

MAXIMUM_CHARACTERS = 6144
"""The size of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas")."""

_NEEDS_NO_PERMISSION = {"sts:GetCallerIdentity"}


def iam_policies(catalogue: Catalogue) -> tuple[dict[str, Any], ...]:
    """Policy documents for the role in an audited account; more than one if the actions do not fit into one."""
    actions = sorted(
        {action for entry in catalogue.entries.values() for action in entry.actions} - _NEEDS_NO_PERMISSION
    )
    return tuple(_document(part) for part in _parts(actions))


def _parts(actions: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for action in actions:
        if part and len(json.dumps(_document([*part, action]), separators=(",", ":"))) > MAXIMUM_CHARACTERS:
            yield part
            part = []
        part.append(action)
    if part:
        yield part


def _document(actions: list[str]) -> dict[str, Any]:
    statement = {"Sid": "NightAuditReadsConfiguration", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
