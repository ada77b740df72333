"""Accounts that may own what no audited account does: who nobody looked into, though he is of the organization or trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from nightaudit_auditor.aws.trust import TrustModel
from nightaudit_auditor.organization.known import CLOSING
from nightaudit_auditor.snapshot import AccountData, Unreadable

MEMBERS: Final = "organizations.list_accounts"


def unaudited(accounts: Mapping[str, AccountData], trust: TrustModel, *, closing: bool) -> Iterator[str]:
    """Accounts of the organization, then trusted ones, that were not reached, as words for a sentence.

    Nothing runs in an account that is suspended or closed, but its buckets keep their names until AWS deletes it (AWS Account
    Management guide, "Close an AWS account"): with `closing` they count too.
    """
    reached = {id_ for id_, data in accounts.items() if data.reachable}
    left_out = set() if closing else _closing(accounts)
    for account in sorted(trust.organization.keys() - reached - left_out):
        yield f"account {account} of the organization"
    for account in sorted(accounts.keys() - reached - trust.organization.keys()):
        yield f"account {account}"
    for account in sorted(trust.trusted - accounts.keys() - trust.organization.keys()):
        yield f"the trusted account {account}"


def _closing(accounts: Mapping[str, AccountData]) -> set[str]:
    """Accounts that the organization still lists, but in which nothing is in use any more."""
    found: set[str] = set()
    for data in accounts.values():
        try:
            listed = (data.answer(MEMBERS) or {}).get("Accounts", [])
        except Unreadable:
            continue
        found |= {str(one["Id"]) for one in listed if (one.get("State") or one.get("Status")) in CLOSING}
    return found
