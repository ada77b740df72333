"""How many resources of each type an account has in each region, and where nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import jmespath  # type: ignore[import-untyped]  # ships no stubs
import msgspec

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.collect.catalogue import read_catalogue
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Outcome, Unreadable

Answer = Mapping[str, Any]


class InventoryCount(msgspec.Struct, frozen=True):
    """A row: `type` is CloudFormation's name; `count` is None where the list could not be read, and never 0."""

    account: str
    region: str
    type: str
    count: int | None


def _own_prefix_lists(answer: Answer, data: AccountData, _: str) -> int:
    """AWS's own prefix lists are in every region of every account: nobody's inventory."""
    return sum(found.get("OwnerId") == data.account.id for found in answer.get("PrefixLists", []))


def _own_trails(answer: Answer, data: AccountData, region: str) -> int:
    """Copies of a trail, in other regions and in the member accounts of an organization, are no trails of their own."""
    return sum(
        found["HomeRegion"] == region and parse_arn(found["TrailARN"]).account == data.account.id
        for found in answer.get("trailList", [])
    )


def _own_policies(answer: Answer, _: AccountData, __: str) -> int:
    """AWS's own policies are in the answer as soon as somebody uses them; their ARNs name the account `aws`."""
    return sum(":iam::aws:" not in policy["Arn"] for policy in answer.get("Policies", []))


@dataclass(frozen=True)
class _Listing:
    """Where a type of resource is listed, and how many an answer of that region holds."""

    type: str
    operation: str
    regional: bool
    count: Callable[[Answer, AccountData, str], int]
    parents: tuple[str, ...] = ()


_NOT_ALL_THAT_IS_LISTED: Final = (
    _Listing("AWS::EC2::PrefixList", "ec2.describe_managed_prefix_lists", True, _own_prefix_lists),
    _Listing("AWS::CloudTrail::Trail", "cloudtrail.describe_trails", True, _own_trails),
    _Listing("AWS::IAM::ManagedPolicy", "iam.get_account_authorization_details", False, _own_policies),
)


def _listings(catalogue: Catalogue) -> tuple[_Listing, ...]:
    """Where each type of resource is counted: what the catalogue says that an operation lists, and the exceptions above."""
    found = [
        _Listing(
            kind,
            entry.id,
            entry.scope != "global",
            partial(_length, jmespath.compile(path)),
            tuple(source.operation for source in entry.for_each),
        )
        for entry in catalogue.entries.values()
        for kind, path in entry.counts.items()
    ]
    return (*found, *_NOT_ALL_THAT_IS_LISTED)


def _length(path: Any, answer: Answer, _: AccountData, __: str) -> int:
    return len(path.search(answer) or ())


_BUCKET: Final = "AWS::S3::Bucket"
_BUCKETS: Final = "s3.list_buckets"
_LOCATION: Final = "s3.get_bucket_location"
_ACCOUNTS: Final = _Listing(
    "AWS::Organizations::Account",
    "organizations.list_accounts",
    False,
    lambda answer, _, __: len(answer.get("Accounts", [])),
)


def inventory(accounts: Iterable[AccountData], catalogue: Catalogue | None = None) -> tuple[InventoryCount, ...]:
    """Counts by account, region and type, sorted so. A type of which a region has none has no row there.

    Where the regions of an account are not known, its regional types have one row in `global`, without a count.
    """
    listings = _listings(catalogue or read_catalogue())
    rows = (row for data in accounts for row in _account(data, listings))
    return tuple(sorted(rows, key=lambda row: (row.account, row.region, row.type)))


def _account(data: AccountData, listings: tuple[_Listing, ...]) -> Iterator[InventoryCount]:
    account = data.account.id
    for listing in listings:
        if not listing.regional:
            yield from _row(data, listing, GLOBAL)
            continue
        if not data.regions:
            yield InventoryCount(account, GLOBAL, listing.type, None)
        for region in data.regions:
            yield from _row(data, listing, region)
    yield from _buckets(data)
    record = data.record(_ACCOUNTS.operation)
    if record is not None and record.outcome is not Outcome.DENIED:
        # Organizations refuses the list to all but its management and delegated accounts, and once another account has
        # told it, it is not asked for: nothing is missing then.
        yield from _row(data, _ACCOUNTS, GLOBAL)


def _row(data: AccountData, listing: _Listing, region: str) -> Iterator[InventoryCount]:
    count = _count(data, listing, region)
    if count != 0:
        yield InventoryCount(data.account.id, region, listing.type, count)


def _count(data: AccountData, listing: _Listing, region: str) -> int | None:
    if listing.parents:
        return _sum(data, listing, region)
    try:
        answer = data.answer(listing.operation, region)
    except (Unreadable, Gone):
        return None
    return listing.count(answer, data, region) if answer is not None else 0


def _sum(data: AccountData, listing: _Listing, region: str) -> int | None:
    """What is listed by one call for each item of an earlier list; no call at all means that list was empty, or was not read."""
    total = 0
    calls = [record for record in data.records(listing.operation) if record.region == region]
    for record in calls:
        try:
            answer = data.answer(listing.operation, region, record.parameters)
        except Gone:
            continue
        except Unreadable:
            return None
        total += listing.count(answer, data, region) if answer is not None else 0
    asked = any(record.region == region for parent in listing.parents for record in data.records(parent))
    return total if calls or asked else None


def _buckets(data: AccountData) -> Iterator[InventoryCount]:
    try:
        buckets = (data.answer(_BUCKETS) or {}).get("Buckets", [])
    except (Unreadable, Gone):
        yield InventoryCount(data.account.id, GLOBAL, _BUCKET, None)
        return
    located = _locations(data)
    regions = Counter(bucket.get("BucketRegion") or located.get(bucket["Name"], GLOBAL) for bucket in buckets)
    for region, count in regions.items():
        yield InventoryCount(data.account.id, region, _BUCKET, count)


def _locations(data: AccountData) -> dict[str, str]:
    """Bucket → region, where GetBucketLocation was asked and answered.

    Its answer is empty for us-east-1 and `EU` for old buckets in eu-west-1 (S3 API, GetBucketLocation).
    """
    found: dict[str, str] = {}
    for record in data.records(_LOCATION):
        if record.outcome is Outcome.OK:
            region = (record.answer or {}).get("LocationConstraint") or "us-east-1"
            found[record.parameters["Bucket"]] = "eu-west-1" if region == "EU" else region
    return found
