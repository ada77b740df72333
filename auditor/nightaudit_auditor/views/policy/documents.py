"""The policies of the audit role: exactly the IAM actions that the catalogue needs, in documents that IAM accepts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from nightaudit_auditor.aws.actions import AccessLevel, access_level, expand
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.views.policy.data import API_KEYS, DATA_READS

MAXIMUM_CHARACTERS = 6144
"""The size of a managed policy, white space not counted (IAM User Guide, "IAM and AWS STS quotas")."""
ORGANIZATION = "organization"
"""The policy that only the management account's role needs, or a delegated administrator's."""
DENY_DATA = "deny-data"
"""The policy that denies, whatever else is attached to the role or granted by a resource's own policy."""

Document = dict[str, Any]

EXCEPTIONS: dict[str, str] = {}
"""Fit actions that the table does not know yet, or calls more than a read: each with the date and AWS's page that says so."""

_READS = frozenset({AccessLevel.LIST, AccessLevel.READ})
_ANY_MEMBER_MAY = frozenset({"organizations:DescribeOrganization"})


class UnfitAction(ValueError):  # noqa: N818 - names the action that is unfit
    """An action of the catalogue that no audit role should have."""


def role_policies(catalogue: Catalogue) -> dict[str, Document]:
    """The role's policies by name: `read-1`, `read-2`, …, `organization` and `deny-data`.

    Raises UnfitAction for an action that AWS's table does not know, that does more than read, or that reads data.
    """
    actions = sorted({action for entry in catalogue.entries.values() for action in entry.actions})
    for action in actions:
        if unfit := why_unfit(action):
            raise UnfitAction(unfit)
    organization = [a for a in actions if a.startswith("organizations:") and a not in _ANY_MEMBER_MAY]
    parts = _parts(action for action in actions if action not in organization)
    found = {f"read-{number}": _allow(part) for number, part in enumerate(parts, start=1)}
    if organization:
        found[ORGANIZATION] = _allow(organization)
    return {**found, DENY_DATA: _deny()}


def characters(document: Document) -> int:
    """The document's size as IAM counts it."""
    return len(json.dumps(document, separators=(",", ":")))


def why_unfit(action: str) -> str:
    """Why no audit role should have this action, in a sentence; empty if it may."""
    if any(action in expand(pattern) for patterns in DATA_READS.values() for pattern in patterns):
        return f"{action} reads data, not configuration"
    if action in EXCEPTIONS:
        return ""
    if expand(action) != (action,):
        return f"{action} is no IAM action that AWS's table knows by this name"
    level = access_level(action)
    return "" if level in _READS else f"{action} does more than read: its access level is {level}"


def _parts(actions: Iterable[str]) -> list[list[str]]:
    """The actions of each document: as many whole services as fit; a service that is too large alone goes on in the next."""
    parts: list[list[str]] = []
    for _, group in groupby(actions, key=lambda action: action.partition(":")[0]):
        service = list(group)
        if parts and _fit([*parts[-1], *service]):
            parts[-1] += service
            continue
        parts.append([])
        for action in service:
            if not _fit([*parts[-1], action]):
                parts.append([])
            parts[-1].append(action)
    return parts


def _fit(actions: list[str]) -> bool:
    return characters(_allow(actions)) <= MAXIMUM_CHARACTERS


def _allow(actions: list[str]) -> Document:
    plain = [action for action in actions if action != "apigateway:GET"]
    statements = [{"Sid": "ReadConfiguration", "Effect": "Allow", "Action": plain, "Resource": "*"}] if plain else []
    if len(plain) < len(actions):
        statements.append(
            {"Sid": "ReadAllButApiKeys", "Effect": "Allow", "Action": ["apigateway:GET"], "NotResource": [*API_KEYS]}
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _deny() -> Document:
    patterns = sorted(pattern for patterns in DATA_READS.values() for pattern in patterns)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "DenyData", "Effect": "Deny", "Action": patterns, "Resource": "*"},
            {"Sid": "DenyApiKeys", "Effect": "Deny", "Action": ["apigateway:GET"], "Resource": [*API_KEYS]},
        ],
    }
