"""Who of the accounts may list its organization, and which of those speaks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.organization.facts import ACCOUNTS, DESCRIBE
from nightaudit_auditor.organization.roster import Discovery
from nightaudit_auditor.snapshot import AccountData, Unreadable


@dataclass(frozen=True)
class Identity:
    """The organization's id and its management account's; both empty where there is none, or where it could not be read."""

    organization: str = ""
    management: str = ""


def identity_of(data: AccountData) -> Identity:
    """To which organization `data`'s account says that it belongs; members, too, may ask."""
    try:
        organization = (data.answer(DESCRIBE) or {}).get("Organization", {})
    except Unreadable:
        return Identity()
    return Identity(str(organization.get("Id", "")), str(organization.get("MasterAccountId", "")))


def is_outside(data: AccountData) -> bool:
    """Whether AWS said that the account belongs to no organization."""
    try:
        return data.answer(DESCRIBE) is None
    except Unreadable:
        return False


def listed_by(data: AccountData) -> dict[str, Mapping[str, Any]] | None:
    """The organization's accounts by id, as `data` may list them; empty outside of any; None if it may not list them, or not all."""
    try:
        answer = data.answer(ACCOUNTS)
    except Unreadable:
        return None
    return {str(member["Id"]): member for member in (answer or {}).get("Accounts", [])}


def with_speaker(accounts: Mapping[str, AccountData], discovery: Discovery | None) -> Mapping[str, AccountData]:
    """The accounts, with the one that answered for the organization in place of itself where it is not audited."""
    if discovery is None or not discovery.speaks_alone(accounts):
        return accounts
    return {**accounts, discovery.data.account.id: discovery.data}


def speaks(speaker: AccountData, members: Mapping[str, Any], accounts: Mapping[str, AccountData]) -> bool:
    """Whether `speaker` is the one of `accounts` who speaks for the organization with these members: the management account
    before others."""
    able = [id_ for id_, data in accounts.items() if id_ in members and data.reachable and listed_by(data)]
    return bool(able) and speaker.account.id == min(
        able, key=lambda id_: (id_ != identity_of(accounts[id_]).management, id_)
    )
