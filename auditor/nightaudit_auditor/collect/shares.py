"""What each account is asked of its organization: nothing that the organization has been asked already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.organization import facts_of
from nightaudit_auditor.organization.facts import DESCRIBE, TAGS
from nightaudit_auditor.snapshot import AccountData, Record

_SERVICE = "organizations"


@dataclass(frozen=True)
class Share:
    """One account's part of the catalogue, and the answers that it need not be asked for."""

    catalogue: Catalogue
    known: tuple[Record, ...] = ()


class Shares:
    """The share of each account of a run, given what was discovered.

    Member accounts are refused nearly everything of AWS Organizations (API reference, ListAccounts): a refusal for each of
    them every night would be noise in CloudTrail. So if all accounts are known, members are asked only which organization
    they belong to, and the account that answered for it gets its answers into its own snapshot too.
    """

    def __init__(self, catalogue: Catalogue, discovered: AccountData | None) -> None:
        facts = facts_of(discovered) if discovered is not None else None
        self._all = Share(_only(catalogue, lambda entry: entry.id != TAGS))
        self._member = Share(_only(catalogue, lambda entry: entry.service != _SERVICE or entry.id == DESCRIBE))
        self._members = frozenset(facts.members) if facts is not None and facts.listed else frozenset()
        self._speaker = ""
        self._known: tuple[Record, ...] = ()
        if discovered is not None and self._members:
            self._speaker = discovered.account.id
            names = [name for name in discovered.operations() if name.startswith(f"{_SERVICE}.") and name != TAGS]
            self._known = tuple(record for name in names for record in discovered.records(name))

    def of(self, account: str) -> Share:
        """The share of the account with this id."""
        if account == self._speaker:
            return Share(self._all.catalogue, self._known)
        return self._member if account in self._members else self._all


def discovery_catalogue(catalogue: Catalogue, also: str, *, tags: bool) -> Catalogue:
    """What is asked to discover accounts: all of AWS Organizations (tags only if they matter) and the entry `also`."""
    return _only(
        catalogue, lambda entry: entry.id == also or (entry.service == _SERVICE and (tags or entry.id != TAGS))
    )


def _only(catalogue: Catalogue, wanted: Callable[[Entry], bool]) -> Catalogue:
    entries = {id_: entry for id_, entry in catalogue.entries.items() if wanted(entry)}
    return msgspec.structs.replace(catalogue, entries=entries)
