"""Trails, and what is recorded of an account in a region: by its own trails and by its organization's.

A trail is listed in its home region, in the account that owns it. A region may therefore be covered by a trail that is listed
elsewhere: in another region, or in the organization's management account. What could not be looked at leaves a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.checks.registry import Unknown
from nightaudit_auditor.snapshot import AccountData, Gone, Outcome, Unreadable

TRAILS: Final = "cloudtrail.describe_trails"
STATUS: Final = "cloudtrail.get_trail_status"
SELECTORS: Final = "cloudtrail.get_event_selectors"
ORGANIZATION: Final = "organizations.describe_organization"
REGIONS: Final = "ec2.describe_regions"


@dataclass(frozen=True)
class Trail:
    """A trail in the account that owns it."""

    owner: AccountData
    item: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.item["TrailARN"])

    @property
    def home(self) -> str:
        return str(self.item["HomeRegion"])

    @property
    def multi_region(self) -> bool:
        return bool(self.item.get("IsMultiRegionTrail"))

    def covers(self, account: str, region: str) -> bool:
        """Whether the trail, while it logs, records what happens in that account and region."""
        here = self.multi_region or self.home == region
        return here and (account == self.owner.account.id or bool(self.item.get("IsOrganizationTrail")))

    def status(self) -> Mapping[str, Any]:
        """The answer of GetTrailStatus. Raises Unreadable and Gone."""
        return self.owner.answer(STATUS, self.home, {"Name": self.arn}) or {}

    def selectors(self) -> Mapping[str, Any]:
        """The answer of GetEventSelectors. Raises Unreadable and Gone."""
        return self.owner.answer(SELECTORS, self.home, {"TrailName": self.arn}) or {}


def is_owned(item: Mapping[str, Any], data: AccountData, region: str) -> bool:
    """Whether a listed trail is the thing itself, not its copy in another region or in a member account."""
    return item["HomeRegion"] == region and parse_arn(item["TrailARN"]).account == data.account.id


def own_trails(data: AccountData) -> tuple[tuple[Trail, ...], tuple[Unknown, ...]]:
    """The trails that the account owns, and why there may be more."""
    trails: list[Trail] = []
    doubts: list[Unknown] = []
    for region in data.regions:
        try:
            listed = (data.answer(TRAILS, region) or {}).get("trailList", [])
        except Unreadable as problem:
            # Where the organization has switched a region off, no trail has its home.
            if problem.outcome is not Outcome.BLOCKED:
                doubts.append(Unknown(f"a trail that is not known may cover it: {problem}", TRAILS))
            continue
        trails.extend(Trail(data, item) for item in listed if is_owned(item, data, region))
    doubts.extend(_unaudited_regions(data))
    return tuple(trails), tuple(doubts)


def _unaudited_regions(data: AccountData) -> Iterator[Unknown]:
    """A multi-region trail may have its home in an enabled region that the schedule leaves out."""
    try:
        answer = data.answer(REGIONS) or {}
    except Unreadable as problem:
        yield Unknown(f"the enabled regions are not known: {problem}", REGIONS)
        return
    enabled = {found["RegionName"] for found in answer.get("Regions", []) if found.get("OptInStatus") != "not-opted-in"}
    left_out = sorted(enabled - set(data.regions))
    if left_out:
        named = ", ".join(left_out[:3]) + (f" and {len(left_out) - 3} more" if len(left_out) > 3 else "")
        yield Unknown(f"a multi-region trail may have its home in a region that the schedule leaves out ({named})")


@dataclass(frozen=True)
class Coverage:
    """The logging trails that record an account in a region; `doubts` say why there may be more."""

    logging: tuple[Trail, ...]
    doubts: tuple[Unknown, ...]


def known_trails(
    data: AccountData, accounts: Mapping[str, AccountData]
) -> tuple[tuple[Trail, ...], tuple[Unknown, ...]]:
    """The account's own trails and those of its organization, and why there may be more."""
    trails, doubts = own_trails(data)
    manager, doubt = _manager(data, accounts)
    if manager is not None:
        theirs, more = own_trails(manager)
        return trails + tuple(trail for trail in theirs if trail.item.get("IsOrganizationTrail")), doubts + more
    return trails, doubts + ((doubt,) if doubt else ())


def coverage(data: AccountData, region: str, accounts: Mapping[str, AccountData]) -> Coverage:
    """What records the account in the region; `accounts` are all that were audited, by id."""
    trails, found = known_trails(data, accounts)
    doubts = list(found)
    logging: list[Trail] = []
    for trail in trails:
        if not trail.covers(data.account.id, region):
            continue
        try:
            if trail.status().get("IsLogging"):
                logging.append(trail)
        except Unreadable as problem:
            doubts.append(Unknown(f"whether {trail.arn} logs is not known: {problem}", STATUS))
        except Gone:
            continue
    return Coverage(tuple(logging), tuple(doubts))


def _manager(data: AccountData, accounts: Mapping[str, AccountData]) -> tuple[AccountData | None, Unknown | None]:
    """The management account, which owns every organization trail; None if `data` is it, or is in no organization."""
    try:
        answer = data.answer(ORGANIZATION)
    except Unreadable as problem:
        return None, Unknown(f"an organization trail may cover it: {problem}", ORGANIZATION)
    manager = "" if answer is None else str(answer.get("Organization", {}).get("MasterAccountId", ""))
    if answer is None or manager == data.account.id:
        return None, None
    found = accounts.get(manager)
    if found is None or not found.reachable:
        reason = f"an organization trail of the management account {manager or '(unnamed)'}, which is not audited, may cover it"
        return None, Unknown(reason, ORGANIZATION)
    return found, None
