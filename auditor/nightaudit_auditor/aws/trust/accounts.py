"""One model of trust for every check that meets a foreign account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nightaudit_auditor.aws.trust.guardrails import Guardrails, guardrails_of
from nightaudit_auditor.aws.trust.known import KNOWN_ACCOUNTS, KnownAccount
from nightaudit_auditor.aws.trust.organizations import Organization, Unread, organization_of
from nightaudit_auditor.snapshot import AccountData


class Relation(StrEnum):
    """What an account is to us. UNKNOWN: it may belong to our organization, whose accounts could not be read."""

    OWN = "own"
    ORGANIZATION = "organization"
    TRUSTED = "trusted"
    VENDOR = "vendor"
    AWS = "aws"
    STRANGER = "stranger"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Classified:
    """`name` is the vendor's or the account's name where known; `reason` and `operation` say why a relation is UNKNOWN."""

    account: str
    relation: Relation
    name: str = ""
    reason: str = ""
    operation: str = ""

    @property
    def trusted(self) -> bool:
        """True for all whom the schedule vouches for, directly or as a known vendor."""
        return self.relation not in (Relation.STRANGER, Relation.UNKNOWN)


@dataclass(frozen=True)
class TrustModel:
    """`unread` is set if the organization of some audited account could not be read: nobody is a stranger for certain then.

    `unnamed` likewise if its id is not known: no organization is a strange one for certain then.
    `homes`: account → the id of its organization, empty if it has none; an account of which nobody knows is left out.
    `guardrails`: account → what the organization's policies leave of its permissions, where these could be read.
    """

    own: Mapping[str, str]
    organization: Mapping[str, str]
    organization_ids: frozenset[str]
    trusted: frozenset[str]
    known: Mapping[str, KnownAccount]
    unread: Unread | None
    guardrails: Mapping[str, Guardrails] = field(default_factory=dict)
    unnamed: Unread | None = None
    homes: Mapping[str, str] = field(default_factory=dict)

    def classify(self, account: str) -> Classified:
        """What the 12-digit id `account` is to us; the schedule's word goes before the vendor table's."""
        if account in self.own:
            return Classified(account, Relation.OWN, self.own[account])
        if account in self.organization:
            return Classified(account, Relation.ORGANIZATION, self.organization[account])
        if account in self.trusted:
            return Classified(account, Relation.TRUSTED)
        if (known := self.known.get(account)) is not None:
            return Classified(account, Relation.AWS if known.aws else Relation.VENDOR, known.name)
        if self.unread is not None:
            reason = f"account {account} may belong to the organization, whose accounts could not be read ({self.unread.reason})"
            return Classified(account, Relation.UNKNOWN, reason=reason, operation=self.unread.operation)
        return Classified(account, Relation.STRANGER)

    def ours(self, account: str) -> bool:
        """True inside the own accounts and organization, whomever else the schedule vouches for."""
        return account in self.own or account in self.organization

    def classify_organization(self, organization: str) -> Classified:
        """Likewise for an organization id (`o-…`), which conditions may name instead of an account."""
        if organization in self.organization_ids:
            return Classified(organization, Relation.ORGANIZATION)
        unread = self.unread or self.unnamed
        if unread is not None:
            reason = f"organization {organization} may be the own one, which could not be read ({unread.reason})"
            return Classified(organization, Relation.UNKNOWN, reason=reason, operation=unread.operation)
        return Classified(organization, Relation.STRANGER)


def build_trust(
    accounts: Mapping[str, AccountData],
    *,
    discovered: AccountData | None = None,
    trusted_accounts: Iterable[str] = (),
    trusted_organizational_units: Iterable[str] = (),
    known_vendors: bool = True,
) -> TrustModel:
    """The trust model of one run over `accounts` (by id). `discovered` is what was read of the organization to find them.

    Any account that may read its organization speaks for all of its members. An audited account that is in none of the
    organizations read, and did not say that it has none, leaves the model `unread`; so does a discovery that failed.
    """
    units = frozenset(trusted_organizational_units)
    found: dict[str, Organization] = {}
    guardrails: dict[str, Guardrails] = {}
    for account, data in sorted(accounts.items()):
        if data.reachable:
            found[account] = organization_of(data)
            guardrails |= guardrails_of(data)
    if discovered is not None:
        found.setdefault(discovered.account.id, organization_of(discovered))
        guardrails |= guardrails_of(discovered)
    members: dict[str, str] = {}
    in_units: set[str] = set()
    for organization in found.values():
        for account, name in organization.members.items():
            members[account] = name or members.get(account, "")
        for unit in units & organization.units.keys():
            in_units |= organization.units[unit]
    complete = {account for organization in found.values() if organization.complete for account in organization.members}
    unread = next(
        (o.unread for a, o in found.items() if o.unread is not None and a not in complete),
        None,
    )
    named = {account for organization in found.values() if organization.id for account in organization.members}
    unnamed = next((o.unnamed for a, o in found.items() if o.unnamed is not None and a not in named), None)
    return TrustModel(
        own={account: data.account.name for account, data in accounts.items()},
        organization=members,
        organization_ids=frozenset(o.id for o in found.values() if o.id),
        trusted=frozenset(trusted_accounts) | frozenset(in_units),
        known={id_: known for id_, known in KNOWN_ACCOUNTS.items() if known_vendors or known.aws},
        unread=unread,
        guardrails=guardrails,
        unnamed=unnamed,
        homes=_homes(found),
    )


def _homes(found: Mapping[str, Organization]) -> dict[str, str]:
    alone = {account: "" for account, one in found.items() if not (one.id or one.unread or one.unnamed)}
    return alone | {account: one.id for own, one in found.items() if one.id for account in (own, *one.members)}
