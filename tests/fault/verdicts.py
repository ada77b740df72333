"""Whom a schedule means in spite of a failure, worked out from the organization as it is written down and not from answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nightaudit_auditor.snapshot import Outcome
from tests.fault.discovery_cases import EVERY, Failure
from tests.fault.organization import MANAGEMENT, MEMBERS, PAGE, Member, items
from tests.fault.stand_in import ASSUME_ROLE
from tests.fault.world import IDENTITY


@dataclass(frozen=True)
class Told:
    """What AWS tells a discovery in spite of a failure: the organization as far as it can be known."""

    failure: Failure

    @cached_property
    def closed(self) -> bool:
        """Whether the organization's account could not be entered."""
        return self.failure.case.entry in {ASSUME_ROLE, IDENTITY} and self.failure.case.fault.outcome is not Outcome.OK

    def listing(self, operation: str, of: str = "") -> tuple[list[Any], bool]:
        """The items that are told, and whether these are all."""
        found = items(operation, of) or []
        case, only = self.failure.case, self.failure.only
        if self.closed:
            return [], False
        if operation == "ListAccounts" and self.failure.listed is not None:
            return found[: self.failure.listed], False
        if case.operation != operation or case.fault.outcome is Outcome.OK:
            return found, True
        if self.failure.is_cut_at_a_page:
            return found[: int(only)], False
        if only not in (EVERY, of):
            return found, True
        return (found[:PAGE] if case.fault.paged else []), False

    @cached_property
    def tree(self) -> tuple[dict[str, tuple[str, ...]], bool]:
        """Account id → the root and units above it, and whether all of the tree was read."""
        places: dict[str, tuple[str, ...]] = {}
        roots, whole = self.listing("ListRoots")
        waiting = [(root, (root,)) for root in roots]
        while waiting:
            unit, above = waiting.pop()
            accounts, all_accounts = self.listing("ListAccountsForParent", unit)
            units, all_units = self.listing("ListOrganizationalUnitsForParent", unit)
            places |= dict.fromkeys((account.id for account in accounts), above)
            waiting += [(inner, (*above, inner)) for inner in units]
            whole = whole and all_accounts and all_units
        return places, whole

    @cached_property
    def known(self) -> frozenset[str]:
        """The accounts that are heard of, by id."""
        return frozenset({*self.tree[0], *(member.id for member in self.listing("ListAccounts")[0])})

    @cached_property
    def complete(self) -> bool:
        """Whether there can be no other accounts."""
        return self.listing("ListAccounts")[1] or self.tree[1]

    @cached_property
    def management(self) -> bool:
        """Whether it is known who the management account is: each account's ARN says it too."""
        return self.listing("DescribeOrganization")[1] or bool(self.known)


class Verdicts:
    """Whom the schedule then audits, whom not and why, and of whom nobody can say: by the logic of three values."""

    def __init__(self, failure: Failure) -> None:
        self.told = Told(failure)
        self._wish = failure.wish
        self.undecided: set[str] = set()
        self.left_out: dict[str, frozenset[str]] = {}
        """Account → the true reasons that are known."""
        declared = {account.id for account in self._wish.accounts}
        self.audited = set(declared)
        for id_ in self.told.known - declared:
            reasons = self._reasons(MEMBERS[id_])
            sure = frozenset(name for name, holds in reasons.items() if holds)
            if sure:
                self.left_out[id_] = sure
            elif None in reasons.values():
                self.undecided.add(id_)
            else:
                self.audited.add(id_)

    @property
    def unsure(self) -> bool:
        """Whether somebody may be meant who is not audited."""
        return bool(self.undecided) or not self.told.complete

    def _reasons(self, member: Member) -> Mapping[str, bool | None]:
        """Reason → whether it holds, None if that is not known."""
        asked = self._wish.organization
        above = self.told.tree[0].get(member.id)
        inside = {
            name: None if above is None else bool({*above} & {*wanted.organizational_units})
            for name, wanted in (("include", asked.include), ("exclude", asked.exclude))
            if wanted is not None and wanted.organizational_units
        }
        is_management = member.id == MANAGEMENT.id if self.told.management else None
        excluded = _any(
            is_management if asked.management_account == "Exclude" else False,
            member.id in asked.exclude.accounts,
            inside.get("exclude", False),
        )
        included: bool | None = True
        if asked.include is not None:
            included = _any(member.id in asked.include.accounts, inside.get("include", False))
        return {
            "Suspended": member.state == "SUSPENDED",
            "Excluded": excluded,
            "NotIncluded": None if included is None else not included,
            "TagsDiffer": self._tags_differ(member),
        }

    def _tags_differ(self, member: Member) -> bool | None:
        if not self._wish.organization.tag_selector:
            return False
        tags, read = self.told.listing("ListTagsForResource", member.id)
        return not any(env.startswith("pr") for env in tags) if read else None


def _any(*holds: bool | None) -> bool | None:
    """Whether one of them holds, None if that is not known."""
    return True if True in holds else None if None in holds else False
