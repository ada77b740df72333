"""VPCs and instances: what the Internet reaches, and what only looks as if it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.cloud import Cloud, tags

ANYWHERE = ("0.0.0.0/0",)
HALVES = ("0.0.0.0/1", "128.0.0.0/1")
OFFICE = ("203.0.113.0/24",)
IMAGE = "ami-0demo0000000000a"
SCRIPT = "<script>alert('web-3')</script>"
"""An instance's Name tag may hold anything: reports and messages must show it as text."""


@dataclass(frozen=True)
class Vpc:
    """A VPC: its id, and subnets by name."""

    id: str
    subnets: dict[str, str]


class Region:
    """EC2 of one account and region."""

    def __init__(self, cloud: Cloud, account: Account, region: str = facts.HOME_REGION) -> None:
        self.name = region
        self.account = account
        self.ec2: Any = cloud.client(account, "ec2", region)

    def _tagged(self, kind: str, name: str, **more: str) -> dict[str, Any]:
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags(Name=name, **more)}]}

    def vpc(self, name: str, block: str, subnets: dict[str, str]) -> Vpc:
        """A VPC 10.x.0.0/16 with subnets {name: CIDR}; those whose name begins with `public` have an Internet route."""
        vpc = self.ec2.create_vpc(CidrBlock=block, **self._tagged("vpc", name))["Vpc"]["VpcId"]
        gateway = self.ec2.create_internet_gateway(**self._tagged("internet-gateway", name))
        gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
        table = self.ec2.create_route_table(VpcId=vpc, **self._tagged("route-table", f"{name}-public"))
        table_id = table["RouteTable"]["RouteTableId"]
        self.ec2.create_route(RouteTableId=table_id, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
        made = {}
        for number, (subnet, cidr) in enumerate(subnets.items()):
            zone = f"{self.name}{'ab'[number % 2]}"
            answer = self.ec2.create_subnet(
                VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, **self._tagged("subnet", subnet)
            )
            made[subnet] = answer["Subnet"]["SubnetId"]
            if subnet.startswith("public"):
                self.ec2.associate_route_table(RouteTableId=table_id, SubnetId=made[subnet])
        return Vpc(vpc, made)

    def group(self, vpc: Vpc, name: str, *rules: tuple[int, int, Sequence[str]], description: str = "demo") -> str:
        """A security group that lets these ports in from these CIDRs; ports (-1, -1) are all of all protocols."""
        made = self.ec2.create_security_group(
            GroupName=name, Description=description, VpcId=vpc.id, **self._tagged("security-group", name)
        )
        group = str(made["GroupId"])
        for first, last, sources in rules:
            self.open(group, first, last, sources)
        return group

    def open(self, group: str, first: int, last: int, sources: Sequence[str]) -> None:
        """Let ports in."""
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(first, last, sources)])

    def instance(self, name: str, subnet: str, *groups: str, public: bool = True, imdsv2: bool = True) -> str:
        """A running instance; `public` gives it a public address, `imdsv2` requires tokens of its metadata service."""
        interface = {
            "DeviceIndex": 0, "SubnetId": subnet, "Groups": list(groups), "AssociatePublicIpAddress": public,
        }  # fmt: skip
        made = self.ec2.run_instances(
            ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, NetworkInterfaces=[interface],
            MetadataOptions={"HttpTokens": "required" if imdsv2 else "optional", "HttpEndpoint": "enabled"},
            **self._tagged("instance", name, team="web"),
        )  # fmt: skip
        return str(made["Instances"][0]["InstanceId"])

    def refuse_ssh(self, vpc: Vpc, subnet: str) -> None:
        """A network ACL for one subnet that denies port 22 and allows the rest."""
        acl = self.ec2.create_network_acl(VpcId=vpc.id, **self._tagged("network-acl", "no-ssh"))
        acl_id = acl["NetworkAcl"]["NetworkAclId"]
        everyone = {"NetworkAclId": acl_id, "CidrBlock": "0.0.0.0/0"}
        self.ec2.create_network_acl_entry(
            **everyone, RuleNumber=90, Protocol="6", RuleAction="deny", Egress=False, PortRange={"From": 22, "To": 22}
        )
        for egress in (False, True):
            self.ec2.create_network_acl_entry(
                **everyone, RuleNumber=100, Protocol="-1", RuleAction="allow", Egress=egress
            )
        found = self.ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
        old = next(
            one["NetworkAclAssociationId"]
            for one in found["NetworkAcls"][0]["Associations"]
            if one["SubnetId"] == subnet
        )
        self.ec2.replace_network_acl_association(AssociationId=old, NetworkAclId=acl_id)

    def snapshot(self, name: str, *, to: str = "") -> str:
        """A snapshot of a new volume, shared with nobody, an account, or `all`."""
        zone = f"{self.name}a"
        volume = self.ec2.create_volume(AvailabilityZone=zone, Size=8, Encrypted=True, **self._tagged("volume", name))
        made = self.ec2.create_snapshot(VolumeId=volume["VolumeId"], **self._tagged("snapshot", name))
        if to:
            share(self.ec2, made["SnapshotId"], to)
        return str(made["SnapshotId"])


def permission(first: int, last: int, sources: Sequence[str]) -> dict[str, Any]:
    """An IpPermission."""
    ranges = {"IpRanges": [{"CidrIp": source} for source in sources]}
    if first == -1:
        return {"IpProtocol": "-1", **ranges}
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **ranges}


def share(ec2: Any, snapshot: str, whom: str) -> None:
    """Share a snapshot with an account, or with `all`."""
    grantee = {"GroupNames": ["all"]} if whom == "all" else {"UserIds": [whom]}
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", **grantee
    )


def production(cloud: Cloud) -> Vpc:
    """The shop. Returns the VPC in which databases live too."""
    here = Region(cloud, facts.PRODUCTION)
    vpc = here.vpc(
        "shop", "10.10.0.0/16",
        {"public-a": "10.10.1.0/24", "public-b": "10.10.2.0/24", "public-guarded": "10.10.3.0/24",
         "private-a": "10.10.11.0/24", "private-b": "10.10.12.0/24"},
    )  # fmt: skip
    subnet = vpc.subnets
    ssh = here.group(vpc, "ssh-open", (22, 22, ANYWHERE), description="ssh from anywhere, temporary, 2019")
    split = here.group(vpc, "ssh-split", (22, 22, HALVES))
    postgres = here.group(vpc, "postgres-open", (5432, 5432, ANYWHERE))
    everything = here.group(vpc, "everything-open", (-1, -1, ANYWHERE))
    web = here.group(vpc, "web", (443, 443, ANYWHERE), (80, 80, ANYWHERE))
    office = here.group(vpc, "ssh-office", (22, 22, OFFICE))
    here.group(vpc, "rdp-unused", (3389, 3389, ANYWHERE))
    here.instance("web-1", subnet["public-a"], ssh, imdsv2=False)
    here.instance("reports-1", subnet["public-a"], postgres)
    here.instance("build-1", subnet["public-b"], everything)
    here.instance(SCRIPT, subnet["public-b"], split)
    here.instance("web-2", subnet["public-a"], web)
    here.instance("bastion-1", subnet["public-b"], office)
    here.instance("inner-1", subnet["private-a"], ssh, public=False)
    here.instance("no-route-1", subnet["private-b"], ssh)
    here.instance("guarded-1", subnet["public-guarded"], ssh)
    here.refuse_ssh(vpc, subnet["public-guarded"])
    here.snapshot("customers-2021", to="all")
    here.snapshot("contractor-copy", to=facts.STRANGER)
    here.snapshot("staging-copy", to=facts.STAGING.id)
    here.snapshot("nightly-backup")
    for region in facts.REGIONS[1:]:
        there = Region(cloud, facts.PRODUCTION, region)
        away = there.vpc("shop", "10.20.0.0/16", {"public-a": "10.20.1.0/24", "private-a": "10.20.11.0/24"})
        front = there.group(away, "web", (443, 443, ANYWHERE))
        there.instance("edge-1", away.subnets["public-a"], front)
        there.instance("worker-1", away.subnets["private-a"], front, public=False)
        there.snapshot("edge-backup")
    return vpc


def staging(cloud: Cloud) -> Vpc:
    """In order, but for one old metadata service."""
    here = Region(cloud, facts.STAGING)
    vpc = here.vpc(
        "staging", "10.30.0.0/16",
        {"public-a": "10.30.1.0/24", "private-a": "10.30.11.0/24", "private-b": "10.30.12.0/24"},
    )  # fmt: skip
    web = here.group(vpc, "web", (443, 443, ANYWHERE))
    here.instance("web-1", vpc.subnets["public-a"], web)
    here.instance("tests-1", vpc.subnets["private-a"], web, public=False, imdsv2=False)
    here.snapshot("golden")
    return vpc
