"""The matrix of the discovery: every operation that it asks meets every fault, in all of its calls or in one of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.shares import discovery_catalogue
from nightaudit_auditor.organization.facts import ACCOUNTS, BELOW, ROOTS, TAGS
from nightaudit_auditor.organization.facts import UNITS as UNITS_BELOW
from tests.fault.asked import operations_of
from tests.fault.cases import SEED, Case
from tests.fault.faults import DENIED, OTHERS, Fault
from tests.fault.organization import MANAGEMENT, MEMBERS, PAGE, READER, UNITS, WISHES, Wish
from tests.fault.stand_in import ASSUME_ROLE, Target
from tests.fault.world import IDENTITY

EVERY = ""
"""All calls of the operation."""
_PAGES = tuple(str(start) for start in range(PAGE, len(MEMBERS), PAGE))
_CALLS = {
    ACCOUNTS: _PAGES,
    UNITS_BELOW: tuple(UNITS),
    BELOW: tuple(UNITS),
    TAGS: tuple(MEMBERS),
}
"""By what the calls of an operation can be told apart: a page's token, a unit, an account."""
HALF_LISTS = (0, PAGE)
_TREE = (ROOTS, UNITS_BELOW, BELOW)


@dataclass(frozen=True)
class Failure:
    """A case of a night that discovers whom a schedule means. `only`: the call that fails, or EVERY.

    `listed`: the list of all accounts is denied too, after it named so many: what the tree does not tell then nobody knows.
    """

    wish: Wish
    case: Case
    only: str
    listed: int | None = None

    def __str__(self) -> str:
        only = f"only-{self.only}" if self.only else ""
        listed = "" if self.listed is None else f"listed-{self.listed}"
        return "-".join(filter(None, (str(self.wish), str(self.case), only, listed)))

    @property
    def target(self) -> Target:
        """What fails. The management account may be audited too, through another role: that one is well."""
        only = READER if self.case.entry == ASSUME_ROLE else self.only
        return Target(self.case.entry, self.case.operation, MANAGEMENT.id, only)

    @property
    def is_cut_at_a_page(self) -> bool:
        """Whether the first pages are well."""
        return self.only in _PAGES


def failures(catalogue: Catalogue, models: Models) -> list[Failure]:
    """All cases, in a stable order: denials of each call for each wish, other faults for a wish in all calls and in one of them."""
    found: list[Failure] = []
    for wish in WISHES:
        for entry, operation in _asked(catalogue, wish):
            calls = (EVERY, *_CALLS.get(entry, ()))
            found += [Failure(wish, Case(entry, operation, DENIED), only) for only in calls]
            for listed in HALF_LISTS if entry in _TREE else ():
                found += [Failure(wish, Case(entry, operation, DENIED), only, listed) for only in calls]
    askers: dict[tuple[str, str], list[Wish]] = {}
    for wish in WISHES:
        for call in _asked(catalogue, wish):
            askers.setdefault(call, []).append(wish)
    for (entry, operation), wishes in askers.items():
        for fault in OTHERS:
            if fault.paged and not _is_paged(catalogue, models, entry, operation):
                continue
            rng = random.Random(f"{SEED} {entry} {operation} {fault.name}")  # noqa: S311 - choices that can be repeated
            found.append(Failure(rng.choice(wishes), Case(entry, operation, fault), EVERY))
            calls = _calls(entry, fault)
            if calls:
                found.append(Failure(rng.choice(wishes), Case(entry, operation, fault), rng.choice(calls)))
    return found


def sample(cases: Iterable[Failure]) -> set[Failure]:
    """A case of each operation and of each fault, and one without the list of accounts: the same ones as long as the matrix is."""
    rng = random.Random(SEED)  # noqa: S311 - choices that can be repeated
    halves: list[Failure] = []
    by_fault: dict[Fault, list[Failure]] = {}
    by_entry: dict[str, list[Failure]] = {}
    for one in cases:
        if one.listed is not None:
            halves.append(one)
        by_fault.setdefault(one.case.fault, []).append(one)
        by_entry.setdefault(one.case.entry, []).append(one)
    chosen = {rng.choice(found) for found in (*by_fault.values(), halves)}
    missing = by_entry.keys() - {one.case.entry for one in chosen}
    return chosen | {
        rng.choice([one for one in by_entry[entry] if one.case.fault is DENIED]) for entry in sorted(missing)
    }


def _asked(catalogue: Catalogue, wish: Wish) -> list[tuple[str, str]]:
    """(entry, operation) of what the discovery asks for a wish."""
    asked = discovery_catalogue(catalogue, IDENTITY, tags=bool(wish.organization.tag_selector)).entries.values()
    return [(ASSUME_ROLE, "AssumeRole"), *((one.id, operation) for one in asked for operation in operations_of(one))]


def _is_paged(catalogue: Catalogue, models: Models, entry: str, operation: str) -> bool:
    one: Entry | None = catalogue.entries.get(entry)
    return one is not None and models.service(one.service).paginators.get(operation) is not None


def _calls(entry: str, fault: Fault) -> tuple[str, ...]:
    # A loop begins with the first page.
    return tuple(call for call in _CALLS.get(entry, ()) if not (fault.paged and call in _PAGES))
