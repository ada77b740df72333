"""What a region's network is known to be: plain describe answers, each of which may be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nightaudit_auditor.aws.network.intervals import EMPTY, Intervals
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

Answer = Mapping[str, Any]

ROUTE_TABLES = "ec2.describe_route_tables"
NETWORK_ACLS = "ec2.describe_network_acls"
SECURITY_GROUPS = "ec2.describe_security_groups"
INTERNET_GATEWAYS = "ec2.describe_internet_gateways"
PREFIX_LIST_ENTRIES = "ec2.get_managed_prefix_list_entries"
BLOCK_PUBLIC_ACCESS = "ec2.describe_vpc_block_public_access_options"
BLOCK_PUBLIC_ACCESS_EXCLUSIONS = "ec2.describe_vpc_block_public_access_exclusions"

NETWORK_OPERATIONS = (
    ROUTE_TABLES,
    NETWORK_ACLS,
    SECURITY_GROUPS,
    INTERNET_GATEWAYS,
    PREFIX_LIST_ENTRIES,
    BLOCK_PUBLIC_ACCESS,
    BLOCK_PUBLIC_ACCESS_EXCLUSIONS,
)
"""What every verdict about reachability rests on, besides the interface itself."""


@dataclass(frozen=True, slots=True)
class Extent:
    """An address set that may be known in part: `sure` is what is proven, `possible` what is not ruled out.

    `sure` is a subset of `possible`; they are equal where everything was read. `unread` names the operations without
    whose answers they differ, `label` the hop for people.
    """

    sure: Intervals
    possible: Intervals
    label: str = ""
    unread: tuple[str, ...] = ()

    @classmethod
    def exactly(cls, addresses: Intervals, label: str = "") -> Extent:
        return cls(addresses, addresses, label)

    @classmethod
    def at_most(cls, addresses: Intervals, label: str, *unread: str) -> Extent:
        """Nothing is proven, no more than `addresses` is possible."""
        return cls(EMPTY, addresses, label, unread if addresses else ())


@dataclass(frozen=True, slots=True)
class RegionAnswers:
    """The answers of one region of one account; None stands for a list that could not be read.

    `prefix_lists` maps the ids of the lists whose entries were read to their CIDRs. `public_access` is None where VPC Block
    Public Access was not collected or not readable.
    """

    route_tables: Sequence[Answer] | None = None
    network_acls: Sequence[Answer] | None = None
    security_groups: Sequence[Answer] | None = None
    internet_gateways: Sequence[Answer] | None = None
    prefix_lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    public_access: Answer | None = None
    public_access_exclusions: Sequence[Answer] | None = None


def region_answers(data: AccountData, region: str) -> RegionAnswers:
    """The network answers of a region as far as they could be read; never raises for missing ones."""
    options = _read(data, BLOCK_PUBLIC_ACCESS, region)
    return RegionAnswers(
        route_tables=_list(data, ROUTE_TABLES, region, "RouteTables"),
        network_acls=_list(data, NETWORK_ACLS, region, "NetworkAcls"),
        security_groups=_list(data, SECURITY_GROUPS, region, "SecurityGroups"),
        internet_gateways=_list(data, INTERNET_GATEWAYS, region, "InternetGateways"),
        prefix_lists=_prefix_lists(data, region),
        public_access=None if options is None else options.get("VpcBlockPublicAccessOptions", {}),
        public_access_exclusions=_list(
            data, BLOCK_PUBLIC_ACCESS_EXCLUSIONS, region, "VpcBlockPublicAccessExclusions"
        ),
    )  # fmt: skip


def _read(data: AccountData, operation: str, region: str, parameters: Mapping[str, str] | None = None) -> Answer | None:
    try:
        return data.answer(operation, region, parameters)
    except (Unreadable, Gone):
        return None


def _list(data: AccountData, operation: str, region: str, key: str) -> Sequence[Answer] | None:
    answer = _read(data, operation, region)
    return None if answer is None else answer.get(key, [])


def _prefix_lists(data: AccountData, region: str) -> dict[str, Sequence[str]]:
    lists: dict[str, Sequence[str]] = {}
    for record in data.records(PREFIX_LIST_ENTRIES):
        answer = _read(data, PREFIX_LIST_ENTRIES, region, record.parameters) if record.region == region else None
        if answer is not None:
            lists[record.parameters["PrefixListId"]] = [entry["Cidr"] for entry in answer.get("Entries", [])]
    return lists
