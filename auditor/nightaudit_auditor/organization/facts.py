"""An organization as one account could read it: its accounts, their states, and below which units they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

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

    The tree of units names its accounts too: if all of it was read, the members are known even without ListAccounts.
    """
    answers = [_read(data, record.name, record.parameters) for record in data.records(BELOW)]
    gaps = [*_gaps(data), *(answer for answer in answers if isinstance(answer, Unreadable))]
    found = [a for answer in answers if isinstance(answer, dict) for a in answer.get("Accounts", [])]
    listing = _read(data, ACCOUNTS, {})
    unlisted: Unreadable | None = None
    if isinstance(listing, Unreadable):
        unlisted = listing if gaps or not answers else None
    elif listing is not None:
        found += listing.get("Accounts", [])
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
    """Organizational unit or root → the accounts anywhere below it; what could not be read adds none."""
    children: dict[str, list[str]] = {}
    direct: dict[str, set[str]] = {}
    for record in data.records(UNITS):
        units = _answer(data, record.name, record.parameters).get("OrganizationalUnits", [])
        children[record.parameters.get("ParentId", "")] = [str(unit["Id"]) for unit in units]
    for record in data.records(BELOW):
        accounts = _answer(data, record.name, record.parameters).get("Accounts", [])
        direct[record.parameters.get("ParentId", "")] = {str(account["Id"]) for account in accounts}

    def below(unit: str, path: frozenset[str]) -> frozenset[str]:
        inner = (below(child, path | {unit}) for child in children.get(unit, []) if child not in path)
        return frozenset(direct.get(unit, ())).union(*inner)

    return {unit: below(unit, frozenset()) for unit in {*children, *direct}}


def _gaps(data: AccountData) -> list[Unreadable]:
    """The calls for roots and units that did not answer."""
    calls = [(ROOTS, {}), *((record.name, record.parameters) for record in data.records(UNITS))]
    return [gap for name, parameters in calls if isinstance(gap := _read(data, name, parameters), Unreadable)]


def _management(data: AccountData, accounts: list[dict[str, Any]]) -> str:
    described = _answer(data, DESCRIBE, {}).get("Organization", {})
    if identity := str(described.get("MasterAccountId", "")):
        return identity
    # arn:aws:organizations::<management account>:account/<organization>/<account>
    arns = [str(account.get("Arn", "")).split(":") for account in accounts]
    return next((arn[4] for arn in arns if len(arn) > 4), "")


def _answer(data: AccountData, operation: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """What could not be read adds nothing: trust grows only by what is known."""
    answer = _read(data, operation, parameters)
    return answer if isinstance(answer, dict) else {}


def _read(data: AccountData, operation: str, parameters: Mapping[str, str]) -> dict[str, Any] | Unreadable | None:
    """The answer, None if AWS said that there is nothing, or why it is not known."""
    try:
        return data.answer(operation, parameters=parameters)
    except Unreadable as problem:
        return problem
    except Gone:
        return None
