"""How many resources of each type an account has in each region, and where nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from nightaudit_auditor.aws import parse_arn
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Gone, Outcome, Unreadable

Answer = Mapping[str, Any]


class InventoryCount(msgspec.Struct, frozen=True):
    """A row: `type` is CloudFormation's name; `count` is None where the list could not be read, and never 0."""

    account: str
    region: str
    type: str
    count: int | None


@dataclass(frozen=True)
class _Listing:
    """Where a type of resource is listed, and how many an answer of that region holds."""

    type: str
    operation: str
    count: Callable[[Answer, AccountData, str], int]


def _list(type_: str, operation: str, key: str) -> _Listing:
    return _Listing(type_, operation, lambda answer, _, __: len(answer.get(key, [])))


def _instances(answer: Answer, _: AccountData, __: str) -> int:
    states = (
        instance.get("State", {}).get("Name")
        for reservation in answer.get("Reservations", [])
        for instance in reservation.get("Instances", [])
    )
    return sum(state != "terminated" for state in states)


def _own_prefix_lists(answer: Answer, data: AccountData, _: str) -> int:
    """AWS's own prefix lists are in every region of every account: nobody's inventory."""
    return sum(found.get("OwnerId") == data.account.id for found in answer.get("PrefixLists", []))


def _own_trails(answer: Answer, data: AccountData, region: str) -> int:
    """Copies of a trail, in other regions and in the member accounts of an organization, are no trails of their own."""
    return sum(
        found["HomeRegion"] == region and parse_arn(found["TrailARN"]).account == data.account.id
        for found in answer.get("trailList", [])
    )


_EC2 = "ec2.describe_"
_RDS = "rds.describe_db_"
_IAM = "iam.get_account_authorization_details"

_REGIONAL: Final = (
    _Listing("AWS::EC2::Instance", f"{_EC2}instances", _instances),
    _list("AWS::EC2::SecurityGroup", f"{_EC2}security_groups", "SecurityGroups"),
    _list("AWS::EC2::VPC", f"{_EC2}vpcs", "Vpcs"),
    _list("AWS::EC2::Subnet", f"{_EC2}subnets", "Subnets"),
    _list("AWS::EC2::RouteTable", f"{_EC2}route_tables", "RouteTables"),
    _list("AWS::EC2::NetworkAcl", f"{_EC2}network_acls", "NetworkAcls"),
    _list("AWS::EC2::NetworkInterface", f"{_EC2}network_interfaces", "NetworkInterfaces"),
    _list("AWS::EC2::Volume", f"{_EC2}volumes", "Volumes"),
    _list("AWS::EC2::Snapshot", f"{_EC2}snapshots", "Snapshots"),
    _list("AWS::EC2::EIP", f"{_EC2}addresses", "Addresses"),
    _list("AWS::EC2::InternetGateway", f"{_EC2}internet_gateways", "InternetGateways"),
    _Listing("AWS::EC2::PrefixList", f"{_EC2}managed_prefix_lists", _own_prefix_lists),
    _Listing("AWS::CloudTrail::Trail", "cloudtrail.describe_trails", _own_trails),
    _list("AWS::GuardDuty::Detector", "guardduty.list_detectors", "DetectorIds"),
    _list("AWS::KMS::Key", "kms.list_keys", "Keys"),
    _list("AWS::Lambda::Function", "lambda.list_functions", "Functions"),
    _list("AWS::RDS::DBInstance", f"{_RDS}instances", "DBInstances"),
    _list("AWS::RDS::DBCluster", f"{_RDS}clusters", "DBClusters"),
    _list("AWS::RDS::DBSnapshot", f"{_RDS}snapshots", "DBSnapshots"),
    _list("AWS::RDS::DBClusterSnapshot", f"{_RDS}cluster_snapshots", "DBClusterSnapshots"),
    _list("AWS::RDS::DBSubnetGroup", f"{_RDS}subnet_groups", "DBSubnetGroups"),
)


def _own_policies(answer: Answer, _: AccountData, __: str) -> int:
    """AWS's own policies are in the answer as soon as somebody uses them; their ARNs name the account `aws`."""
    return sum(":iam::aws:" not in policy["Arn"] for policy in answer.get("Policies", []))


_GLOBAL: Final = (
    _list("AWS::IAM::User", _IAM, "UserDetailList"),
    _list("AWS::IAM::Group", _IAM, "GroupDetailList"),
    _list("AWS::IAM::Role", _IAM, "RoleDetailList"),
    _Listing("AWS::IAM::ManagedPolicy", _IAM, _own_policies),
    _list("AWS::IAM::OIDCProvider", "iam.list_open_id_connect_providers", "OpenIDConnectProviderList"),
    _list("AWS::IAM::SAMLProvider", "iam.list_saml_providers", "SAMLProviderList"),
    _list("AWS::Route53::HostedZone", "route53.list_hosted_zones", "HostedZones"),
)

_BUCKET: Final = "AWS::S3::Bucket"
_BUCKETS: Final = "s3.list_buckets"
_LOCATION: Final = "s3.get_bucket_location"
_ORGANIZATION: Final = _list("AWS::Organizations::Account", "organizations.list_accounts", "Accounts")


def inventory(accounts: Iterable[AccountData]) -> tuple[InventoryCount, ...]:
    """Counts by account, region and type, sorted so. A type of which a region has none has no row there.

    Where the regions of an account are not known, its regional types have one row in `global`, without a count.
    """
    rows = (row for data in accounts for row in _account(data))
    return tuple(sorted(rows, key=lambda row: (row.account, row.region, row.type)))


def _account(data: AccountData) -> Iterator[InventoryCount]:
    account = data.account.id
    for listing in _REGIONAL:
        if not data.regions:
            yield InventoryCount(account, GLOBAL, listing.type, None)
        for region in data.regions:
            yield from _row(data, listing, region)
    for listing in _GLOBAL:
        yield from _row(data, listing, GLOBAL)
    yield from _buckets(data)
    record = data.record(_ORGANIZATION.operation)
    if record is None or record.outcome is not Outcome.DENIED:
        # Organizations refuses the list to all but its management and delegated accounts: nothing is missing then.
        yield from _row(data, _ORGANIZATION, GLOBAL)


def _row(data: AccountData, listing: _Listing, region: str) -> Iterator[InventoryCount]:
    count = _count(data, listing, region)
    if count != 0:
        yield InventoryCount(data.account.id, region, listing.type, count)


def _count(data: AccountData, listing: _Listing, region: str) -> int | None:
    try:
        answer = data.answer(listing.operation, region)
    except (Unreadable, Gone):
        return None
    return listing.count(answer, data, region) if answer is not None else 0


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
