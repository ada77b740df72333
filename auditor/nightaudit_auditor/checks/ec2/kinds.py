"""EC2's kinds of resources: instances, security groups, volumes, public snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.regional import Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Resource
from nightaudit_auditor.snapshot import AccountData

INSTANCES: Final = "ec2.describe_instances"
INTERFACES: Final = "ec2.describe_network_interfaces"
VOLUMES: Final = "ec2.describe_volumes"
PUBLIC_SNAPSHOTS: Final = "ec2.describe_public_snapshots"

RUNNING: Final = frozenset({"pending", "running"})
_GONE: Final = frozenset({"shutting-down", "terminated"})


def instances(answer: Item) -> Iterator[Item]:
    """The instances of ec2.describe_instances that still exist."""
    for reservation in answer.get("Reservations", []):
        for instance in reservation.get("Instances", []):
            if instance["State"]["Name"] not in _GONE:
                yield instance


def _instance(data: AccountData, region: str, item: Item) -> Resource:
    found = tags(item.get("Tags"))
    arn = build_arn(data.account, "ec2", region, f"instance/{item['InstanceId']}")
    return Resource(arn, "AWS::EC2::Instance", found.get("Name") or item["InstanceId"], region, found, dict(item))


def _security_group(data: AccountData, region: str, item: Item) -> Resource:
    arn = build_arn(data.account, "ec2", region, f"security-group/{item['GroupId']}")
    name = item.get("GroupName") or item["GroupId"]
    return Resource(arn, "AWS::EC2::SecurityGroup", name, region, tags(item.get("Tags")), dict(item))


def _volume(data: AccountData, region: str, item: Item) -> Resource:
    found = tags(item.get("Tags"))
    arn = build_arn(data.account, "ec2", region, f"volume/{item['VolumeId']}")
    return Resource(arn, "AWS::EC2::Volume", found.get("Name") or item["VolumeId"], region, found, dict(item))


def _snapshot(data: AccountData, region: str, item: Item) -> Resource:
    # EC2 leaves the account out of a snapshot's ARN (Service Authorization Reference, Amazon EC2, "snapshot").
    arn = f"arn:{data.account.partition}:ec2:{region}::snapshot/{item['SnapshotId']}"
    found = tags(item.get("Tags"))
    return Resource(arn, "AWS::EC2::Snapshot", found.get("Name") or item["SnapshotId"], region, found, dict(item))


INSTANCE = regional_kind("AWS::EC2::Instance", (INSTANCES, instances, _instance))
SECURITY_GROUP = regional_kind(
    "AWS::EC2::SecurityGroup",
    ("ec2.describe_security_groups", lambda answer: answer.get("SecurityGroups", []), _security_group),
)
VOLUME = regional_kind("AWS::EC2::Volume", (VOLUMES, lambda answer: answer.get("Volumes", []), _volume))
PUBLIC_SNAPSHOT = regional_kind(
    "AWS::EC2::Snapshot", (PUBLIC_SNAPSHOTS, lambda answer: answer.get("Snapshots", []), _snapshot)
)
"""Own snapshots that EC2's filter calls restorable by all: candidates, until their attribute confirms it."""
