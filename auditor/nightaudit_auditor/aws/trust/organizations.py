"""The organization as one account sees it: members, and who is below which organizational unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

OPERATIONS = (
    "organizations.describe_organization",
    "organizations.list_accounts",
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
    """`complete`: all members were listed. `unread`: they were not, although there may be an organization."""

    id: str
    members: Mapping[str, str]
    units: Mapping[str, frozenset[str]]
    complete: bool
    unread: Unread | None


def organization_of(data: AccountData) -> Organization:
    """What `data`'s account could read of its organization.

    A member account may read the organization's id and management account, but not list its accounts (AWS Organizations
    API, ListAccounts): only the management account or a delegated administrator can.
    """
    identity, members = "", dict[str, str]()
    try:
        described = data.answer("organizations.describe_organization")
        if described is None:
            return Organization("", {}, {}, complete=False, unread=None)
        organization = described.get("Organization", {})
        identity = str(organization.get("Id", ""))
        if management := str(organization.get("MasterAccountId", "")):
            members[management] = ""
    except Unreadable:
        pass  # whether there is an organization is then for ListAccounts to say
    unread: Unread | None = None
    try:
        listed = data.answer("organizations.list_accounts")
        if listed is None:
            return Organization("", {}, {}, complete=False, unread=None)
        members |= {str(a["Id"]): str(a.get("Name", "")) for a in listed.get("Accounts", [])}
    except Unreadable as problem:
        unread = Unread(problem.operation, str(problem))
    units = _units(data)
    for accounts in units.values():
        members |= dict.fromkeys(accounts - members.keys(), "")
    return Organization(identity, members, units, unread is None, unread)


def _units(data: AccountData) -> dict[str, frozenset[str]]:
    """Organizational unit or root → the accounts anywhere below it, as far as they could be read."""
    children: dict[str, list[str]] = {}
    direct: dict[str, set[str]] = {}
    for record in data.records("organizations.list_organizational_units_for_parent"):
        answer = _answer(data, record.name, record.parameters)
        children[record.parameters.get("ParentId", "")] = [str(u["Id"]) for u in answer.get("OrganizationalUnits", [])]
    for record in data.records("organizations.list_accounts_for_parent"):
        answer = _answer(data, record.name, record.parameters)
        direct[record.parameters.get("ParentId", "")] = {str(a["Id"]) for a in answer.get("Accounts", [])}

    def below(unit: str, path: frozenset[str]) -> frozenset[str]:
        inner = (below(child, path | {unit}) for child in children.get(unit, []) if child not in path)
        return frozenset(direct.get(unit, ())).union(*inner)

    return {unit: below(unit, frozenset()) for unit in {*children, *direct}}


def _answer(data: AccountData, operation: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What could not be read adds no member: trust grows only by what is known."""
    try:
        return data.answer(operation, parameters=parameters) or {}
    except (Unreadable, Gone):
        return {}
