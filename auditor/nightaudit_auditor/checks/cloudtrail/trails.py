"""Trails, and what is recorded of an account in a region: by its own trails and by its organization's.

Every region lists all the trails that record it: also copies of multi-region trails that have their home elsewhere and, in
member accounts, of the organization's trails (CloudTrail API Reference, DescribeTrails, includeShadowTrails). A trail is told
from its copies by its ARN. Its status and its event selectors are read in its home region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.checks.regional import is_blocked
from nightaudit_auditor.checks.registry import Unknown
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Outcome, Unreadable

TRAILS: Final = "cloudtrail.describe_trails"
STATUS: Final = "cloudtrail.get_trail_status"
SELECTORS: Final = "cloudtrail.get_event_selectors"

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Trail:
    """A listed trail. `readers` are the accounts that may have read more of it: its owner, if audited, then who lists it."""

    item: Item
    readers: tuple[AccountData, ...]

    @property
    def arn(self) -> str:
        return str(self.item["TrailARN"])

    @property
    def home(self) -> str:
        return str(self.item["HomeRegion"])

    @property
    def multi_region(self) -> bool:
        return is_multi_region(self.item)

    @property
    def left_out(self) -> bool:
        """Whether the schedule leaves its home region out, so that nothing but its listing was read."""
        return all(self.home not in reader.regions for reader in self.readers)

    def status(self) -> Item:
        """The answer of GetTrailStatus. Raises Unreadable and Gone."""
        return self._read(STATUS, {"Name": self.arn})

    def selectors(self) -> Item:
        """The answer of GetEventSelectors. Raises Unreadable and Gone."""
        return self._read(SELECTORS, {"TrailName": self.arn})

    def _read(self, operation: str, parameters: Mapping[str, str]) -> Item:
        problem = Unreadable(operation, self.home, Outcome.SKIPPED, message="not collected")
        for reader in self.readers:
            try:
                return reader.answer(operation, self.home, parameters) or {}
            except Unreadable as found:
                problem = found
            except Gone:
                if reader.account.id == _owner(self.item):
                    raise
                # To a member account AWS denies that there is such a trail, which its owner may well have.
                problem = Unreadable(operation, self.home, Outcome.GONE, message="only its owner can read it")
        raise problem


def trail(item: Item, data: AccountData, accounts: Mapping[str, AccountData]) -> Trail:
    """The trail that the account lists; `accounts` are all that were audited, by id."""
    owner = accounts.get(_owner(item))
    return Trail(item, (data,) if owner is None or owner is data else (owner, data))


def is_multi_region(item: Item) -> bool:
    """Whether a listed trail records all regions."""
    return bool(item.get("IsMultiRegionTrail"))


def is_owned(item: Item, data: AccountData, region: str) -> bool:
    """Whether a listed trail is the thing itself, not its copy in another region or in a member account."""
    return bool(item["HomeRegion"] == region) and _owner(item) == data.account.id


def _owner(item: Item) -> str:
    return parse_arn(item["TrailARN"]).account


@dataclass(frozen=True)
class Listed:
    """The trails that record an account anywhere, each once; `unread` are the regions that could not be listed."""

    items: tuple[Item, ...]
    unread: Mapping[str, Unreadable]


def listed(data: AccountData) -> Listed:
    """What the account's regions list. If no region is known, `unread` says so for `global`."""
    items: dict[str, Item] = {}
    unread: dict[str, Unreadable] = {}
    for region in data.regions or (GLOBAL,):
        try:
            answer = data.answer(TRAILS, region) or {}
        except Unreadable as problem:
            # Where the organization has switched a region off, nothing runs that could be recorded.
            if not is_blocked(data, region):
                unread[region] = problem
            continue
        for item in answer.get("trailList", []):
            items.setdefault(str(item["TrailARN"]), item)
    return Listed(tuple(items[arn] for arn in sorted(items)), unread)


def unlisted(problem: Unreadable) -> Unknown:
    """Why there may be more trails than those that are listed."""
    return Unknown(f"a trail that is not known may cover it: {problem}", TRAILS)


@dataclass(frozen=True)
class Coverage:
    """The logging trails that record an account in a region; `doubts` say why there may be more."""

    logging: tuple[Trail, ...]
    doubts: tuple[Unknown, ...]


def coverage(data: AccountData, region: str, accounts: Mapping[str, AccountData]) -> Coverage:
    """What records the account in the region; `accounts` are all that were audited, by id."""
    found = listed(data)
    doubts = [unlisted(found.unread[region])] if region in found.unread else []
    logging: list[Trail] = []
    for item in found.items:
        if not is_multi_region(item) and item["HomeRegion"] != region:
            continue
        covering = trail(item, data, accounts)
        try:
            if covering.status().get("IsLogging"):
                logging.append(covering)
        except Unreadable as problem:
            doubts.append(_unread(covering, problem))
        except Gone:
            continue
    return Coverage(tuple(logging), tuple(doubts))


def _unread(covering: Trail, problem: Unreadable) -> Unknown:
    if covering.left_out:
        reason = f"its home region {covering.home} is one that the schedule leaves out"
        return Unknown(f"whether {covering.arn} logs is not known: {reason}")
    return Unknown(f"whether {covering.arn} logs is not known: {problem}", STATUS)
