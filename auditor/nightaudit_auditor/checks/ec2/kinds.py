"""EC2's kinds of resources: instances, launch templates, images, security groups, volumes, snapshots, VPCs and their edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.aws.network import interface, is_managed
from nightaudit_auditor.checks.regional import Describe, Item, regional_kind, tags
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData

INSTANCES: Final = "ec2.describe_instances"
INTERFACES: Final = "ec2.describe_network_interfaces"
VOLUMES: Final = "ec2.describe_volumes"
PUBLIC_SNAPSHOTS: Final = "ec2.describe_public_snapshots"
SNAPSHOTS: Final = "ec2.describe_snapshots"
IMAGES: Final = "ec2.describe_images"
TEMPLATE_VERSIONS: Final = "ec2.describe_launch_template_versions"

NETWORK_INTERFACE: Final = "AWS::EC2::NetworkInterface"
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


def lone_interfaces(answer: Item) -> Iterator[Item]:
    """The interfaces with a public address that are in use, but not as an instance's nor as a service's that AWS runs: those of
    containers on AWS Fargate, as a rule."""
    for item in answer.get("NetworkInterfaces", []):
        if (item.get("Attachment") or {}).get("InstanceId") or item.get("Status") == "available" or is_managed(item):
            continue
        found = interface(item)
        if found.public_ipv4 or found.ipv6:
            yield item


def _interface(data: AccountData, region: str, item: Item) -> Resource:
    found = tags(item.get("TagSet"))
    arn = build_arn(data.account, "ec2", region, f"network-interface/{item['NetworkInterfaceId']}")
    name = found.get("Name") or item["NetworkInterfaceId"]
    return Resource(arn, NETWORK_INTERFACE, name, region, found, dict(item))


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


def _image(data: AccountData, region: str, item: Item) -> Resource:
    # EC2 leaves the account out of an image's ARN, as it does for snapshots.
    arn = f"arn:{data.account.partition}:ec2:{region}::image/{item['ImageId']}"
    return Resource(
        arn, "AWS::EC2::Image", item.get("Name") or item["ImageId"], region, tags(item.get("Tags")), dict(item)
    )


def _templates(answer: Item) -> Iterable[Item]:
    """The launch templates, each with those of its versions that were read."""
    templates: dict[str, dict[str, Any]] = {}
    for version in answer.get("LaunchTemplateVersions", []):
        id_ = version["LaunchTemplateId"]
        name = version.get("LaunchTemplateName") or id_
        found = templates.setdefault(id_, {"LaunchTemplateId": id_, "LaunchTemplateName": name, "Versions": []})
        found["Versions"].append(version)
    return templates.values()


def _template(data: AccountData, region: str, item: Item) -> Resource:
    arn = build_arn(data.account, "ec2", region, f"launch-template/{item['LaunchTemplateId']}")
    return Resource(arn, "AWS::EC2::LaunchTemplate", item["LaunchTemplateName"], region, data=dict(item))


def _named(type_: str, path: str, key: str) -> Describe:
    """Describes things whose ARN is `path`/id, the id being their member `key`, and whose name is a tag."""

    def describe(data: AccountData, region: str, item: Item) -> Resource:
        found = tags(item.get("Tags"))
        arn = build_arn(data.account, "ec2", region, f"{path}/{item[key]}")
        return Resource(arn, type_, found.get("Name") or item[key], region, found, dict(item))

    return describe


def _listed(type_: str, operation: str, members: str, path: str, key: str) -> Kind:
    return regional_kind(type_, (operation, lambda answer: answer.get(members, []), _named(type_, path, key)))


INSTANCE = regional_kind("AWS::EC2::Instance", (INSTANCES, instances, _instance))
HOST = regional_kind(
    "AWS::EC2::Instance",
    (INSTANCES, instances, _instance),
    (INTERFACES, lone_interfaces, _interface),
)
"""What the Internet may connect to: instances, and network interfaces that are no instance's."""

SECURITY_GROUP = regional_kind(
    "AWS::EC2::SecurityGroup",
    ("ec2.describe_security_groups", lambda answer: answer.get("SecurityGroups", []), _security_group),
)
VOLUME = regional_kind("AWS::EC2::Volume", (VOLUMES, lambda answer: answer.get("Volumes", []), _volume))
PUBLIC_SNAPSHOT = regional_kind(
    "AWS::EC2::Snapshot", (PUBLIC_SNAPSHOTS, lambda answer: answer.get("Snapshots", []), _snapshot)
)
"""Own snapshots that EC2's filter calls restorable by all: candidates, until their attribute confirms it."""

SNAPSHOT = regional_kind("AWS::EC2::Snapshot", (SNAPSHOTS, lambda answer: answer.get("Snapshots", []), _snapshot))
IMAGE = regional_kind("AWS::EC2::Image", (IMAGES, lambda answer: answer.get("Images", []), _image))
WITH_USER_DATA = regional_kind(
    "AWS::EC2::Instance", (INSTANCES, instances, _instance), (TEMPLATE_VERSIONS, _templates, _template)
)
"""What runs user data: instances, and the launch templates that more of them are made from."""

VPC = _listed("AWS::EC2::VPC", "ec2.describe_vpcs", "Vpcs", "vpc", "VpcId")
PEERING = _listed(
    "AWS::EC2::VPCPeeringConnection",
    "ec2.describe_vpc_peering_connections",
    "VpcPeeringConnections",
    "vpc-peering-connection",
    "VpcPeeringConnectionId",
)
ENDPOINT_SERVICE = _listed(
    "AWS::EC2::VPCEndpointService",
    "ec2.describe_vpc_endpoint_service_configurations",
    "ServiceConfigurations",
    "vpc-endpoint-service",
    "ServiceId",
)
TRANSIT_GATEWAY = _listed(
    "AWS::EC2::TransitGateway",
    "ec2.describe_transit_gateways",
    "TransitGateways",
    "transit-gateway",
    "TransitGatewayId",
)
