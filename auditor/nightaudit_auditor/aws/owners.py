"""Whose a bucket is: Amazon S3 tells nobody but the owner, so that all accounts must be asked what they own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nightaudit_auditor.aws.buckets import BUCKETS, bucket_region
from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.trust import TrustModel
from nightaudit_auditor.aws.unaudited import unaudited
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Unreadable


@dataclass(frozen=True)
class Owned:
    """A bucket in an audited account. `region` is `global` if it could not be read."""

    data: AccountData
    region: str


@dataclass(frozen=True)
class _Estate:
    """What one account owns: its canonical user id, and the regions of its buckets by name."""

    user: str
    buckets: Mapping[str, str]


@dataclass(frozen=True)
class Owners:
    """The buckets of all accounts that were audited.

    `doubt` says why there may be more among the accounts that are ours or trusted; empty if there are none.
    """

    estates: tuple[tuple[AccountData, _Estate], ...]
    doubt: str

    def bucket(self, name: str) -> Owned | None:
        """Where a bucket is; None if it is in no audited account."""
        found = (Owned(data, estate.buckets[name]) for data, estate in self.estates if name in estate.buckets)
        return next(found, None)

    @property
    def canonical_users(self) -> frozenset[str]:
        """The other names that Amazon S3 has for the audited accounts."""
        return frozenset(estate.user for _, estate in self.estates)


def owners(accounts: Mapping[str, AccountData], trust: TrustModel) -> Owners:
    """What the audited `accounts` (by id) own."""
    estates: list[tuple[AccountData, _Estate]] = []
    doubts = list(_uncollected(accounts, trust))
    for id_, data in sorted(accounts.items()):
        try:
            estates.append((data, _estate(data)))
        except Unreadable as problem:
            doubts.append(f"the buckets of account {id_} could not be listed ({problem})")
    return Owners(tuple(estates), doubts[0] if doubts else "")


@per_account
def _estate(data: AccountData) -> _Estate:
    answer = data.answer(BUCKETS) or {}
    buckets = {str(entry["Name"]): _region(data, entry) for entry in answer.get("Buckets", [])}
    return _Estate(str(answer.get("Owner", {}).get("ID", "")), buckets)


def _region(data: AccountData, entry: Mapping[str, str]) -> str:
    try:
        return bucket_region(data, entry)
    except (Unreadable, Gone):
        return GLOBAL


def _uncollected(accounts: Mapping[str, AccountData], trust: TrustModel) -> Iterator[str]:
    if trust.unread is not None:
        yield f"the organization's accounts could not be read ({trust.unread.reason})"
    for account in unaudited(accounts, trust, closing=True):
        yield f"{account} was not audited"
