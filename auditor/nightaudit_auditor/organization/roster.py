"""Whom a schedule means: the accounts to audit, those left out and why, and what could not be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import msgspec

from nightaudit_auditor.manifests import glob_matches
from nightaudit_auditor.manifests.types import AccountTarget, OrganizationTarget, ScheduleSpec
from nightaudit_auditor.organization.facts import ACCOUNTS, BELOW, DESCRIBE, TAGS, Facts, Member, facts_of
from nightaudit_auditor.snapshot import AccountData, Gone, Outcome, Unreadable

EXCLUDED, NOT_INCLUDED, TAGS_DIFFER, UNDECIDED = "Excluded", "NotIncluded", "TagsDiffer", "Undecided"
_AT_REST: Final = {
    "PENDING_ACTIVATION": "PendingActivation",
    "SUSPENDED": "Suspended",
    "PENDING_CLOSURE": "PendingClosure",
    "CLOSED": "Closed",
}
"""AWS Organizations API, Account.State: the states in which nobody can assume a role in the account."""


class LeftOut(msgspec.Struct, frozen=True, rename="camel"):
    """An account of the organization that is not audited.

    `reason`: PendingActivation, Suspended, PendingClosure, Closed (AWS's state), Excluded, NotIncluded, TagsDiffer (the
    schedule's word), Undecided (what would have told could not be read). `detail` says it in words.
    """

    id: str
    name: str
    reason: str
    detail: str


class Trouble(msgspec.Struct, frozen=True):
    """Why the accounts to audit are not, or not all, known. `key` is stable from run to run: an operation, or an id."""

    key: str
    detail: str
    message: str = ""
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roster:
    """`accounts`: the schedule's own, in its order, then those discovered, by id. `known`: nobody else can be meant."""

    accounts: tuple[AccountTarget, ...]
    left_out: tuple[LeftOut, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    known: bool = True


@dataclass(frozen=True)
class Discovery:
    """What a run learned of its organization: the answers, as one account gave them, and what follows for the schedule."""

    data: AccountData
    roster: Roster

    def speaks_alone(self, accounts: Mapping[str, AccountData]) -> bool:
        """Whether no audited account's own answers (`accounts`, by id) tell what `data` tells."""
        audited = accounts.get(self.data.account.id)
        return self.data.reachable and (audited is None or not audited.reachable)

    @property
    def speaker_name(self) -> str:
        """What AWS Organizations calls the account that answered; empty if it did not say."""
        member = facts_of(self.data).members.get(self.data.account.id)
        return member.name if member else ""

    @cached_property
    def left_out(self) -> Mapping[str, LeftOut]:
        """The accounts of the organization that are not audited, by id."""
        return {one.id: one for one in self.roster.left_out}


class _Undecided(Exception):  # noqa: N818 - a fact about the data
    """Whether an account is meant depends on a call that gave no answer."""

    def __init__(self, key: str, reason: str, message: str = "") -> None:
        super().__init__(reason)
        self.key = key
        self.message = message


def select_accounts(spec: ScheduleSpec, data: AccountData | None) -> Roster:
    """Who is to be audited. `data` is the organization's own snapshot, None if there is none. Pure.

    An account that both `spec.accounts` and the organization name is audited as `spec.accounts` says.
    """
    organization = spec.organization
    if organization is None:
        return Roster(spec.accounts)
    if data is None:
        trouble = Trouble(ACCOUNTS, "the snapshot holds no answers of AWS Organizations: collect it with this schedule")
        return Roster(spec.accounts, troubles=(trouble,), known=False)
    if not data.reachable:
        return Roster(spec.accounts, troubles=(_closed(organization, data),), known=False)
    facts = facts_of(data)
    selection = _Selection(organization, data, facts)
    named = {account.id for account in spec.accounts}
    for _, member in sorted(facts.members.items()):
        if member.id not in named:
            selection.judge(member)
    chosen = (*spec.accounts, *selection.chosen)
    troubles = [*_unlisted(data, facts), *selection.troubles(), *_missing(organization, facts)]
    if not troubles and not any(account.id in facts.members for account in chosen):
        troubles.append(Trouble("organization", "no account of the organization is selected: mend spec.organization"))
    return Roster(chosen, tuple(selection.left_out), tuple(troubles), known=facts.listed and not selection.doubts)


@dataclass
class _Selection:
    organization: OrganizationTarget
    data: AccountData
    facts: Facts
    chosen: list[AccountTarget] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    doubts: dict[str, list[tuple[str, _Undecided]]] = field(default_factory=dict)

    def judge(self, member: Member) -> None:
        """One reason is enough to leave an account out, whatever else could not be read about it."""
        doubt: _Undecided | None = None
        for criterion in (self._rests, self._managed, self._excluded, self._included, self._tagged):
            try:
                for reason, detail in criterion(member):
                    self.left_out.append(LeftOut(member.id, member.name, reason, detail))
                    return
            except _Undecided as found:
                doubt = doubt or found
        if doubt is None:
            self.chosen.append(self._target(member))
            return
        self.left_out.append(LeftOut(member.id, member.name, UNDECIDED, str(doubt)))
        self.doubts.setdefault(doubt.key, []).append((member.id, doubt))

    def troubles(self) -> Iterator[Trouble]:
        """One for each operation that left somebody undecided."""
        for key, doubts in sorted(self.doubts.items()):
            accounts = tuple(account for account, _ in doubts)
            first = doubts[0][1]
            detail = f"{len(accounts)} accounts are not audited because {first}" if len(accounts) > 1 else (
                f"account {accounts[0]} is not audited because {first}"
            )  # fmt: skip
            yield Trouble(key, detail, first.message, accounts)

    def _rests(self, member: Member) -> Iterator[tuple[str, str]]:
        if member.state in _AT_REST:
            yield _AT_REST[member.state], f"AWS Organizations says {member.state}"
        elif member.state != "ACTIVE":
            raise _Undecided(f"state {member.state}", f"its state is {member.state!r}, which is not known here")

    def _managed(self, member: Member) -> Iterator[tuple[str, str]]:
        if self.organization.management_account != "Exclude":
            return
        if not self.facts.management:
            raise _Undecided(DESCRIBE, "the management account is not known")
        if member.id == self.facts.management:
            yield EXCLUDED, "organization.managementAccount is Exclude"

    def _excluded(self, member: Member) -> Iterator[tuple[str, str]]:
        exclude = self.organization.exclude
        if member.id in exclude.accounts:
            yield EXCLUDED, "organization.exclude.accounts names it"
        for unit in self._units(member, exclude.organizational_units):
            yield EXCLUDED, f"it is below {unit}, which organization.exclude.organizationalUnits names"

    def _included(self, member: Member) -> Iterator[tuple[str, str]]:
        include = self.organization.include
        if include is None or member.id in include.accounts:
            return
        if not self._units(member, include.organizational_units):
            yield NOT_INCLUDED, "organization.include does not name it, nor a unit above it"

    def _tagged(self, member: Member) -> Iterator[tuple[str, str]]:
        if not self.organization.tag_selector:
            return
        try:
            answer = self.data.answer(TAGS, parameters={"ResourceId": member.id}) or {}
        except Gone:
            yield _AT_REST["CLOSED"], "it left the organization while the run was under way"
            return
        except Unreadable as problem:
            raise _Undecided(TAGS, f"its tags could not be read: {problem}", problem.reason) from problem
        tags = {str(tag["Key"]): str(tag["Value"]) for tag in answer.get("Tags", [])}
        for wanted in self.organization.tag_selector:
            value = tags.get(wanted.key)
            if value is None:
                yield TAGS_DIFFER, f"it has no tag {wanted.key}, which organization.tagSelector asks for"
            elif wanted.values and not any(glob_matches(glob, value) for glob in wanted.values):
                yield TAGS_DIFFER, f"its tag {wanted.key} is {value!r}, which organization.tagSelector does not select"

    def _units(self, member: Member, wanted: tuple[str, ...]) -> list[str]:
        """Those of the wanted units that are above the member. Raises _Undecided if its place is not known."""
        if not wanted:
            return []
        above = self.facts.units_above(member.id)
        if above is None:
            gap = self.facts.gaps[0] if self.facts.gaps else None
            why = (
                f"its organizational unit could not be read: {gap}" if gap else "its organizational unit is not listed"
            )
            raise _Undecided(gap.operation if gap else BELOW, why, gap.reason if gap else "")
        return sorted(above.intersection(wanted))

    def _target(self, member: Member) -> AccountTarget:
        organization = self.organization
        if member.id == self.facts.management and organization.management_account == "OrganizationRole":
            return AccountTarget(
                id=member.id, name=member.name, role_arn=organization.role_arn, external_id=organization.external_id,
                session_tags=organization.session_tags if organization.role_arn else {},
            )  # fmt: skip
        role = f"arn:{self.data.account.partition}:iam::{member.id}:role/{organization.member_role_name}"
        return AccountTarget(
            id=member.id, name=member.name, role_arn=role, external_id=organization.member_external_id,
            session_tags=organization.session_tags,
        )  # fmt: skip


def _closed(organization: OrganizationTarget, data: AccountData) -> Trouble:
    """Nobody could be asked: the role could not be assumed, or there are no credentials."""
    records = [r for name in ("sts.assume_role", "sts.get_caller_identity") for r in data.records(name)]
    failed = next((r for r in records if r.outcome is not Outcome.OK), None)
    who = organization.role_arn or "the run's own credentials"
    if failed is None:
        return Trouble("sts.get_caller_identity", f"the organization could not be read with {who}")
    code = failed.code or failed.outcome.value
    return Trouble(failed.name, f"the organization could not be read with {who}: {failed.name}: {code}", failed.message)


def _unlisted(data: AccountData, facts: Facts) -> Iterator[Trouble]:
    if facts.unlisted is not None:
        detail = f"not all accounts of the organization are known: {facts.unlisted}"
        yield Trouble(facts.unlisted.operation, detail, facts.unlisted.reason)
    elif not facts.listed:
        detail = f"account {data.account.id} belongs to no organization: mend spec.organization.roleARN"
        yield Trouble("organization", detail)


def _missing(organization: OrganizationTarget, facts: Facts) -> Iterator[Trouble]:
    """What `include` names and the organization does not have: it would go unaudited in silence."""
    include = organization.include
    if include is None or not facts.listed:
        return
    for account in include.accounts:
        if account not in facts.members:
            fix = "correct spec.organization.include.accounts, or list it in spec.accounts"
            yield Trouble(account, f"account {account} is not in the organization: {fix}")
    if not facts.gaps:
        for unit in include.organizational_units:
            if unit not in facts.units:
                fix = "correct spec.organization.include.organizationalUnits"
                yield Trouble(unit, f"the organization has no unit {unit}: {fix}")
