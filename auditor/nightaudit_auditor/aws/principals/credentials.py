"""Whether a user has a password, and both of the access keys that he can have, as IAM's credential report says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.snapshot import AccountData, Unreadable

REPORT = "iam.get_credential_report"
_KEYS = ("access_key_1_last_rotated", "access_key_2_last_rotated")
"""Times at which keys were made or last changed: N/A where there is none, an inactive key has one too (IAM User Guide, "Getting
credential reports for your AWS account")."""


@dataclass(frozen=True)
class Credentials:
    """`password`: there is one; `both_keys`: there is no room for another access key (IAM User Guide, "IAM and AWS STS quotas")."""

    password: Truth
    both_keys: Truth


NO_CREDENTIALS = Credentials(Truth.NO, Truth.NO)
"""Those of a user who has just been made."""
_NOT_READ = Credentials(Truth.MAYBE, Truth.MAYBE)


def credentials_of(data: AccountData, user: str) -> Credentials:
    """Of a user by its ARN. Whoever is not in the report, which may be four hours old, or in none: MAYBE."""
    return _reported(data).get(user, _NOT_READ)


def report_unread(data: AccountData) -> bool:
    """Whether nobody can say what credentials users have."""
    try:
        data.answer(REPORT)
    except Unreadable:
        return True
    return False


@per_account
def _reported(data: AccountData) -> Mapping[str, Credentials]:
    try:
        rows = (data.answer(REPORT) or {}).get("Users", [])
    except Unreadable:
        return {}
    return {str(row.get("arn")): _read(row) for row in rows}


def _read(row: Mapping[str, Any]) -> Credentials:
    password = row.get("password_enabled")
    keys = all(row[key] is not None for key in _KEYS) if row.keys() >= set(_KEYS) else None
    return Credentials(_truth(password), _truth(keys))


def _truth(said: object) -> Truth:
    return Truth.MAYBE if not isinstance(said, bool) else Truth.YES if said else Truth.NO
