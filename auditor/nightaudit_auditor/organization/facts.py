"""An organization as one account could read it: its accounts, their states, and below which units they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.snapshot import AccountData, Gone, Record, Unreadable

DESCRIBE: Final = "organizations.describe_organization"
ACCOUNTS: Final = "organizations.list_accounts"
ROOTS: Final = "organizations.list_roots"
UNITS: Final = "organizations.list_organizational_units_for_parent"
BELOW: Final = "organizations.list_accounts_for_parent"
TAGS: Final = "organizations.list_tags_for_resource"


@dataclass(frozen=True)
class Member:
    """An account of the organization. `state` is AWS's word (Account.State), empty if the answer has none."""

    id: str
    name: str
    state: str


@dataclass(frozen=True)
class Facts:
    """`listed`: every member is in `members`; `unlisted` says why not, if AWS did not say that there is no organization.

    `units`: organizational unit or root → the accounts anywhere below it, as far as they were read; `gaps` are the calls
    that would have told more. An account below any root has its place: all units above it are known.
    """

    management: str
    members: Mapping[str, Member]
    listed: bool
    unlisted: Unreadable | None
    units: Mapping[str, frozenset[str]]
    gaps: tuple[Unreadable, ...]

    def units_above(self, account: str) -> frozenset[str] | None:
        """The units (and the root) above an account; None if its place could not be read."""
        above = frozenset(unit for unit, below in self.units.items() if account in below)
        return above or None


def state_of(account: Mapping[str, Any]) -> str:
    """The state of an account in an answer, empty if it has none. AWS retired the older `Status` in September 2026."""
    return str(account.get("State") or account.get("Status") or "")


def facts_of(data: AccountData) -> Facts:
    """What `data` tells of its organization.

    The tree of units names its accounts too: if all of it was read, the members are known even without ListAccounts. Of a
    list that broke off, those that it named are members all the same.
    """
    below = list(data.records(BELOW))
    gaps = _gaps(data)
    found = [account for record in (*below, *data.records(ACCOUNTS)) for account in _told(record).get("Accounts", [])]
    listing = _read(data, ACCOUNTS, {})
    unlisted = listing if isinstance(listing, Unreadable) and (gaps or not below) else None
    members = {str(a["Id"]): Member(str(a["Id"]), str(a.get("Name", "")), state_of(a)) for a in found}
    return Facts(
        management=_management(data, found),
        members=members,
        listed=unlisted is None and listing is not None,
        unlisted=unlisted,
        units=units_of(data),
        gaps=tuple(gaps),
    )


def units_of(data: AccountData) -> dict[str, frozenset[str]]:
    """Organizational unit or root → the accounts anywhere below it, as far as they were read."""
    children: dict[str, list[str]] = {}
    direct: dict[str, set[str]] = {}
    for record in data.records(UNITS):
        units = _told(record).get("OrganizationalUnits", [])
        children[record.parameters.get("ParentId", "")] = [str(unit["Id"]) for unit in units]
    for record in data.records(BELOW):
        accounts = _told(record).get("Accounts", [])
        direct[record.parameters.get("ParentId", "")] = {str(account["Id"]) for account in accounts}

    def below(unit: str, path: frozenset[str]) -> frozenset[str]:
        inner = (below(child, path | {unit}) for child in children.get(unit, []) if child not in path)
        return frozenset(direct.get(unit, ())).union(*inner)

    return {unit: below(unit, frozenset()) for unit in {*children, *direct}}


def _gaps(data: AccountData) -> list[Unreadable]:
    """The calls for the tree that did not answer, or not to their end."""
    calls = [(ROOTS, {}), *((r.name, r.parameters) for operation in (UNITS, BELOW) for r in data.records(operation))]
    return [gap for name, parameters in calls if isinstance(gap := _read(data, name, parameters), Unreadable)]


def _management(data: AccountData, accounts: list[dict[str, Any]]) -> str:
    for record in data.records(DESCRIBE):
        if identity := str(_told(record).get("Organization", {}).get("MasterAccountId", "")):
            return identity
    # arn:aws:organizations::<management account>:account/<organization>/<account>
    arns = [str(account.get("Arn", "")).split(":") for account in accounts]
    return next((arn[4] for arn in arns if len(arn) > 4), "")


def _told(record: Record) -> dict[str, Any]:
    """What AWS answered, of a failed call what came before it failed: a fact that is missing is not there, but none is wrong."""
    return record.answer or {}


def _read(data: AccountData, operation: str, parameters: Mapping[str, str]) -> dict[str, Any] | Unreadable | None:
    """The answer, None if AWS said that there is nothing, or why it is not known."""
    try:
        return data.answer(operation, parameters=parameters)
    except Unreadable as problem:
        return problem
    except Gone:
        return None
