"""What the audited accounts own of what names on the Internet can point at, and whether all of them were looked into.

"Nobody owns it" can be said only if every account of the organization was collected, in every region that is enabled; of a
bucket S3 itself says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import msgspec
import yaml

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.network.cidrs import addresses as addresses_in
from nightaudit_auditor.aws.trust import TrustModel
from nightaudit_auditor.aws.unaudited import MEMBERS, unaudited
from nightaudit_auditor.collect.bucket_names import is_free_to_all, partition_of
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Outcome, Unreadable

BUCKETS: Final = "s3.list_buckets"
EXISTENCE: Final = "s3.head_bucket"
DISTRIBUTIONS: Final = "cloudfront.list_distributions"
BALANCERS: Final = "elbv2.describe_load_balancers"
CLASSIC_BALANCERS: Final = "elb.describe_load_balancers"
ADDRESSES: Final = "ec2.describe_addresses"
INTERFACES: Final = "ec2.describe_network_interfaces"
APPLICATIONS: Final = "elasticbeanstalk.describe_applications"
ENVIRONMENTS: Final = "elasticbeanstalk.describe_environments"
LIGHTSAIL: Final = "lightsail.get_instances"
ZONES: Final = "route53.list_hosted_zones"
ZONE: Final = "route53.get_hosted_zone"
_REGIONS: Final = "ec2.describe_regions"


@dataclass(frozen=True)
class Doubt:
    """Why there may be an owner who was not seen."""

    reason: str
    operation: str


def is_lost(bucket: str, data: AccountData, accounts: Mapping[str, AccountData], *, host: str, partition: str) -> bool:
    """Whether nobody has a bucket to which `data` leads by way of `host`, and anybody may create it.

    S3 told whoever asked; of those that an audited account lists nobody needs to ask. Raises Unreadable if S3 was not asked, or in
    another partition than the host's.
    """
    if not is_free_to_all(bucket) or any(bucket in buckets(one) for one in accounts.values()):
        return False
    if partition_of(host) != partition:
        message = f"{host} is in another partition, whose buckets are not asked for"
        raise Unreadable(EXISTENCE, GLOBAL, Outcome.SKIPPED, message=message)
    return data.answer(EXISTENCE, parameters={"Bucket": bucket}) is None


@per_account
def buckets(data: AccountData) -> frozenset[str]:
    """The names of an account's buckets, as far as they could be listed."""
    return frozenset(item["Name"] for item in _listed(data, BUCKETS, (GLOBAL,), "Buckets"))


@per_account
def hosts(data: AccountData) -> frozenset[str]:
    """The host names, in lower case, of an account's load balancers and distributions."""
    balancers = (
        *_listed(data, BALANCERS, data.regions, "LoadBalancers"),
        *_listed(data, CLASSIC_BALANCERS, data.regions, "LoadBalancerDescriptions"),
    )
    distributions = _answer(data, DISTRIBUTIONS, GLOBAL).get("DistributionList", {}).get("Items") or []
    named = (*(item.get("DNSName", "") for item in balancers), *(item.get("DomainName", "") for item in distributions))
    return frozenset(name.lower() for name in named if name)


@per_account
def environments(data: AccountData) -> frozenset[str]:
    """The host names, in lower case, of an account's environments of Elastic Beanstalk; one that is terminated has none any more."""
    found = _listed(data, ENVIRONMENTS, data.regions, "Environments")
    return frozenset(str(item.get("CNAME", "")).lower() for item in found if item.get("Status") != "Terminated") - {""}


@per_account
def public_addresses(data: AccountData) -> frozenset[str]:
    """The public IPv4 addresses of an account: Elastic ones, those of its interfaces, those of Lightsail."""
    found = {item.get("PublicIp", "") for item in _listed(data, ADDRESSES, data.regions, "Addresses")}
    for item in _listed(data, INTERFACES, data.regions, "NetworkInterfaces"):
        found |= {
            (one.get("Association") or {}).get("PublicIp", "") for one in (item, *item.get("PrivateIpAddresses", []))
        }
    found |= {item.get("publicIpAddress", "") for item in _listed(data, LIGHTSAIL, data.regions, "instances")}
    return frozenset(found - {""})


@per_account
def name_servers(data: AccountData) -> frozenset[tuple[str, str]]:
    """(name of a public zone, one of the name servers that AWS gave it), in lower case without the last dot."""
    found = set()
    for record in data.records(ZONE):
        answer = _answer(data, ZONE, record.region, record.parameters)
        name = str((answer.get("HostedZone") or {}).get("Name", "")).rstrip(".").lower()
        found |= {
            (name, server.rstrip(".").lower()) for server in (answer.get("DelegationSet") or {}).get("NameServers", [])
        }
    return frozenset(found)


def doubt(
    accounts: Mapping[str, AccountData], trust: TrustModel, *, regional: Iterable[str] = (), wide: Iterable[str] = ()
) -> Doubt | None:
    """Why somebody of the organization, or whom the schedule trusts, may own what no audited account does; None if nobody can.

    `regional` and `wide` are the operations that would tell, asked in each region or once. Suspended and closed accounts own
    nothing of the kind any more.
    """
    if trust.unread is not None:
        return Doubt(f"the organization's accounts could not be read ({trust.unread.reason})", trust.unread.operation)
    wide = tuple(wide)
    missing = next(unaudited(accounts, trust, closing=False), None)
    if missing is not None:
        return Doubt(f"{missing} was not audited, which may own it", MEMBERS)
    for id_, data in sorted(accounts.items()):
        found = _unread(data, tuple(regional), wide)
        if found is not None:
            return Doubt(f"account {id_} may own it: {found.reason}", found.operation)
    return None


def _unread(data: AccountData, regional: tuple[str, ...], wide: tuple[str, ...]) -> Doubt | None:
    calls = [(operation, region) for operation in regional for region in data.regions]
    for operation, region in (*calls, *((operation, GLOBAL) for operation in wide)):
        # Where there is no application, nobody asks for environments.
        if operation == ENVIRONMENTS and not _answer(data, APPLICATIONS, region).get("Applications"):
            continue
        try:
            data.answer(operation, region)
        except Unreadable as problem:
            return Doubt(str(problem), operation)
    if regional:
        enabled = {
            item["RegionName"] for item in _listed(data, _REGIONS, (GLOBAL,), "Regions") if item.get("RegionName")
        }
        left_out = sorted(enabled - set(data.regions))
        if left_out:
            return Doubt(f"region {left_out[0]} is not audited", _REGIONS)
    return None


def _listed(data: AccountData, operation: str, regions: Iterable[str], key: str) -> Iterator[Mapping[str, Any]]:
    for region in regions:
        yield from _answer(data, operation, region).get(key) or []


def _answer(
    data: AccountData, operation: str, region: str, parameters: Mapping[str, str] | None = None
) -> dict[str, Any]:
    try:
        return data.answer(operation, region, parameters) or {}
    except (Unreadable, Gone):
        return {}


class _Ranges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    updated: str
    networks: tuple[str, ...]


_TABLE = msgspec.convert(
    yaml.safe_load(files("nightaudit_auditor.aws.network").joinpath("ec2_ranges.yaml").read_text()), _Ranges
)
RANGES_DATE: Final = _TABLE.updated
EC2_ADDRESSES: Final = addresses_in("ipv4", _TABLE.networks)
"""Addresses that EC2 gives out and takes back."""
