"""The organization as one account sees it: members, and who is below which organizational unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nightaudit_auditor.organization import facts_of
from nightaudit_auditor.snapshot import AccountData, Unreadable

OPERATIONS = (
    "organizations.describe_organization",
    "organizations.list_accounts",
    "organizations.list_roots",
    "organizations.list_organizational_units_for_parent",
    "organizations.list_accounts_for_parent",
)
"""What is read here."""


@dataclass(frozen=True)
class Unread:
    """Why the members of an organization are not known."""

    operation: str
    reason: str


@dataclass(frozen=True)
class Organization:
    """`complete`: all members were listed. `unread`: they were not, although there may be an organization.

    `unnamed`: why its id is not known, although there may be an organization.
    """

    id: str
    members: Mapping[str, str]
    units: Mapping[str, frozenset[str]]
    complete: bool
    unread: Unread | None
    unnamed: Unread | None = None


_NONE = Organization("", {}, {}, complete=False, unread=None)


def organization_of(data: AccountData) -> Organization:
    """What `data`'s account could read of its organization.

    A member account may read the organization's id and management account, but not list its accounts (AWS Organizations
    API, ListAccounts): only the management account or a delegated administrator can.
    """
    identity, management = "", ""
    unnamed: Unread | None = None
    try:
        described = data.answer("organizations.describe_organization")
        if described is None:
            return _NONE
        identity = str(described.get("Organization", {}).get("Id", ""))
        management = str(described.get("Organization", {}).get("MasterAccountId", ""))
    except Unreadable as problem:
        unnamed = Unread(problem.operation, str(problem))  # whether there is one is then for ListAccounts to say
    facts = facts_of(data)
    if not facts.listed and facts.unlisted is None:
        return _NONE
    gap = facts.unlisted
    unread = Unread(gap.operation, str(gap)) if gap is not None else None
    members = {member.id: member.name for member in facts.members.values()}
    members |= dict.fromkeys(frozenset().union({management} - {""}, *facts.units.values()) - members.keys(), "")
    return Organization(identity, members, facts.units, facts.listed, unread, unnamed)
