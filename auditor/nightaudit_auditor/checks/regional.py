"""Kinds that are listed region by region, and the account as it is set up in each region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nightaudit_auditor.checks.kinds import account_resource
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Outcome, Unreadable

_PROBES = (
    "cloudtrail.describe_trails",
    "ec2.describe_instances",
    "ec2.describe_vpcs",
    "guardduty.list_detectors",
    "lambda.list_functions",
    "rds.describe_db_instances",
)
"""Calls that AWS's example of a region-denying SCP (AWS Organizations User Guide) does not exempt, as it does KMS's."""

Item = Mapping[str, Any]
Items = Callable[[Item], Iterable[Item]]
Describe = Callable[[AccountData, str, Item], Resource]


def regional_kind(type_: str, *listings: tuple[str, Items, Describe]) -> Kind:
    """A kind whose resources are the items of one or more regional operations: (operation, items of its answer, resource)."""

    def enumerate_(data: AccountData) -> Iterator[Resource | Unreadable]:
        for region in data.regions:
            for operation, items, describe in listings:
                try:
                    answer = data.answer(operation, region) or {}
                except Unreadable as problem:
                    yield problem
                    continue
                for item in items(answer):
                    yield describe(data, region, item)

    return Kind(type_, tuple(operation for operation, _, _ in listings), enumerate_, regional=True)


def _account_regions(data: AccountData) -> Iterator[Resource | Unreadable]:
    account = account_resource(data)
    for region in data.regions:
        yield Resource(account.arn, account.type, account.name, region)


ACCOUNT_REGION = Kind("AWS::::Account", (), _account_regions, regional=True)
"""The account in each audited region: what is switched on or off there."""


def is_blocked(data: AccountData, region: str) -> bool:
    """Whether the organization switched the region off: then nothing runs there, and nothing has to be switched on.

    That one service is denied proves nothing of the others: every probe that was made must be, of two services at least.
    """
    made = [r for name in _PROBES if (r := data.record(name, region)) and r.outcome is not Outcome.SKIPPED]
    return len({r.service for r in made}) > 1 and all(r.outcome is Outcome.BLOCKED for r in made)


def require_open(data: AccountData, region: str, *operations: str) -> None:
    """Raises Gone if the organization switched the region off, or if the region lacks the service of one of `operations`:
    what cannot be switched on there is out of scope, and neither PASS nor RESOLVED."""
    lacking = any((record := data.record(operation, region)) and record.known_empty for operation in operations)
    if lacking or is_blocked(data, region):
        raise Gone(region)


def tags(listed: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """AWS's list of Key and Value as a mapping."""
    return {tag["Key"]: tag.get("Value", "") for tag in listed or ()}
