"""The accounts of an organization as earlier runs knew them, and who of them has left since. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from nightaudit_auditor.organization.facts import state_of
from nightaudit_auditor.organization.speaker import identity_of, is_outside, listed_by, speaks
from nightaudit_auditor.snapshot import AccountData

CLOSING: Final = frozenset({"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})
"""States from which an account leaves its organization as everybody was told: AWS lists a closed account for 90 days, then no
more (AWS Account Management guide, Close an AWS account). CloseAccount still says SUSPENDED where State says CLOSED."""


class KnownMember(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An account as its organization listed it last, at `listed`; `left` is when it was missed first, empty while it is there.

    `acknowledged`: an AuditException covers that it left. Times are RFC 3339 in UTC.
    """

    arn: str
    name: str
    state: str
    listed: str
    left: str = ""
    acknowledged: bool = False


Known = Mapping[str, Mapping[str, KnownMember]]
"""Management account → account → what was known of it. An organization keeps its management account for as long as it is."""


@dataclass(frozen=True)
class Listing:
    """The members of an organization today, by id, and the account that lists them."""

    speaker: str
    members: Mapping[str, Mapping[str, Any]]


def home_of(data: AccountData, known: Known) -> str:
    """The management account of the organization whose departures `data`'s account may know; empty if there is none.

    What a management account says of itself today counts less than what was known: its organization may be no more.
    """
    own = data.account.id
    if own in known:
        return own
    return identity_of(data).management or next((home for home, members in known.items() if own in members), "")


def listings(accounts: Mapping[str, AccountData], known: Known) -> dict[str, Listing]:
    """The organizations, by management account, that somebody among `accounts` lists whole today.

    A list without the account that asked is not believed. An organization whose management account is of none, or of another
    one, was deleted: nobody is in it.
    """
    found: dict[str, Listing] = {}
    for id_, data in accounts.items():
        told = identity_of(data).management
        if id_ in known and (is_outside(data) or told not in ("", id_)):
            found[id_] = Listing(id_, {})
        members = listed_by(data)
        if members and speaks(data, members, accounts):
            found[told or _management_in(members)] = Listing(id_, members)
    return found


def left(before: Mapping[str, KnownMember], today: Listing) -> Iterator[tuple[str, KnownMember]]:
    """Who was known `before` and is not listed `today`, by id, but for those whose closure was known."""
    for id_, member in sorted(before.items()):
        if id_ != today.speaker and id_ not in today.members and member.state not in CLOSING:
            yield id_, member


def missing(known: Known, today: Mapping[str, Listing]) -> frozenset[str]:
    """The accounts that have left. Of an organization that nobody lists today, those are meant that had left when it was listed
    last, and whose departure nobody had acknowledged."""
    gone: set[str] = set()
    for home, before in known.items():
        if listing := today.get(home):
            gone |= {id_ for id_, _ in left(before, listing)}
            continue
        gone |= {id_ for id_, member in before.items() if member.left and not member.acknowledged}
    return frozenset(gone)


@dataclass(frozen=True)
class Listed:
    """What a run learned that the next one must know.

    `today`: see `listings`. `excluded`: accounts that the schedule leaves out on purpose. `acknowledged`: accounts whose
    departure an AuditException covers. `concerned`: the accounts of the run, or None if they are not all known.
    """

    today: Mapping[str, Listing]
    excluded: Collection[str]
    acknowledged: Collection[str]
    concerned: Collection[str] | None

    def remember(self, known: Known, now: str, oldest: str) -> dict[str, dict[str, KnownMember]]:
        """What is known from `now` on (RFC 3339, UTC).

        An account that left is kept until it is back, or acknowledged and not listed since `oldest`. An organization that
        nobody lists today stays as it was, unless nobody in the run is of it and it was not listed since `oldest` either.
        """
        next_: dict[str, dict[str, KnownMember]] = {}
        for home, before in known.items():
            if home in self.today:
                kept = {id_: self._departed(id_, member, now) for id_, member in left(before, self.today[home])}
                next_[home] = {id_: m for id_, m in kept.items() if not (m.acknowledged and m.listed < oldest)}
            elif self._concerns(home, before) or any(member.listed >= oldest for member in before.values()):
                next_[home] = dict(before)
        for home, listing in self.today.items():
            for id_, member in listing.members.items():
                if id_ not in self.excluded:
                    next_.setdefault(home, {})[id_] = _known(member, now)
        return {home: members for home, members in next_.items() if members}

    def _departed(self, id_: str, member: KnownMember, now: str) -> KnownMember:
        return msgspec.structs.replace(member, left=member.left or now, acknowledged=id_ in self.acknowledged)

    def _concerns(self, home: str, before: Mapping[str, KnownMember]) -> bool:
        return self.concerned is None or any(id_ == home or id_ in before for id_ in self.concerned)


def _known(member: Mapping[str, Any], now: str) -> KnownMember:
    return KnownMember(str(member.get("Arn", "")), str(member.get("Name", "")), state_of(member), now)


def _management_in(members: Mapping[str, Mapping[str, Any]]) -> str:
    """arn:aws:organizations::<management account>:account/<organization>/<account>"""
    return next(
        (parts[4] for member in members.values() if len(parts := str(member.get("Arn", "")).split(":")) > 4), ""
    )
