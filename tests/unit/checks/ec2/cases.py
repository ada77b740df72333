"""What the checks of EC2 and EBS find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from tests.unit.aws_network.builders import (
    GATEWAY,
    acl_entry,
    group,
    open_acl,
    permission,
    route,
    route_table,
)
from tests.unit.checks.build import REGION, Case, Settings, account, denied, failed, ok, switched_off
from tests.unit.checks.ec2.edges import EDGE_CASES, privileged
from tests.unit.checks.shapes import said

ANY = ("0.0.0.0/0", "::/0")
SSH = permission("tcp", 22, 22, "0.0.0.0/0")


def instance(state: str = "running", groups: tuple[str, ...] = ("sg-1",), **changes: Any) -> dict[str, Any]:
    interface = {
        "NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "InterfaceType": "interface",
        "PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "52.1.2.3"},
        "Groups": [{"GroupId": name} for name in groups],
    }  # fmt: skip
    interface = said(**interface | changes.pop("interface", {}))
    return {
        "InstanceId": "i-1", "State": {"Name": state}, "NetworkInterfaces": [interface],
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"}, **changes,
    }  # fmt: skip


NO_ACCELERATOR = (ok("globalaccelerator.list_accelerators", answer={"Accelerators": []}),)


def accelerator(endpoint: str = "i-1", port: int = 22, enabled: bool = True, **group: Any) -> tuple[Record, ...]:
    """An accelerator that sends what arrives on a port to an endpoint."""
    found = {"AcceleratorArn": "ga-1", "Name": "edge", "Enabled": enabled, "Status": "DEPLOYED"}
    listener = {"ListenerArn": "li-1", "Protocol": "TCP", "PortRanges": [{"FromPort": port, "ToPort": port}]}
    described = {"EndpointId": endpoint, "ClientIPPreservationEnabled": True}
    groups = {"EndpointGroups": [{"EndpointGroupArn": "gr-1", "EndpointDescriptions": [described], **group}]}
    return (
        ok("globalaccelerator.list_accelerators", answer={"Accelerators": [found]}),
        ok("globalaccelerator.list_listeners", answer={"Listeners": [listener]}, AcceleratorArn="ga-1"),
        ok("globalaccelerator.list_endpoint_groups", answer=groups, ListenerArn="li-1"),
    )


def world(*permissions: dict[str, Any], without: str = "", **changes: Any) -> AccountData:
    """One running instance that the Internet reaches as far as its security group lets it; `without` is denied."""
    accelerators = changes.pop("accelerators", None)
    instances = changes.pop("instances", [instance()])
    interfaces = [
        item | {"Attachment": {"InstanceId": found["InstanceId"], "DeviceIndex": 0}}
        for found in instances
        for item in found["NetworkInterfaces"]
    ]
    answers: dict[str, dict[str, Any]] = {
        "ec2.describe_instances": {"Reservations": [{"Instances": instances}]},
        "ec2.describe_network_interfaces": {"NetworkInterfaces": interfaces},
        "ec2.describe_security_groups": {"SecurityGroups": [group(*permissions)]},
        "ec2.describe_route_tables": {"RouteTables": [route_table(route("0.0.0.0/0"), route("::/0"))]},
        "ec2.describe_network_acls": {"NetworkAcls": [open_acl()]},
        "ec2.describe_internet_gateways": {"InternetGateways": [GATEWAY]},
        "ec2.describe_vpc_block_public_access_options": {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off"}},
    }  # fmt: skip
    for name, answer in changes.items():
        answers[f"ec2.describe_{name}"] = answer
    records = [
        denied(name, REGION) if name == f"ec2.describe_{without}" else ok(name, REGION, answer)
        for name, answer in answers.items()
    ]
    return account(*records, *(NO_ACCELERATOR if accelerators is None else accelerators))


def no_route() -> dict[str, Any]:
    return {"route_tables": {"RouteTables": [route_table()]}}


def deny(port: int) -> dict[str, Any]:
    entry = acl_entry(1, "deny", "0.0.0.0/0", egress=False, protocol="6", ports=(port, port))
    acl = open_acl()
    return {"network_acls": {"NetworkAcls": [acl | {"Entries": [entry, *acl["Entries"]]}]}}


def planted(check: str, why: str, data: AccountData, *finds: str, **more: Any) -> Case:
    return Case(check, "planted", why, (data,), finds or ("",), **more)


def hardened(check: str, why: str, data: AccountData, **more: Any) -> Case:
    return Case(check, "hardened", why, (data,), **more)


def unreadable(check: str, why: str, data: AccountData, **more: Any) -> Case:
    return Case(check, "unreadable", why, (data,), **more)


ADMIN, STORE, ALL = "EC2_PUBLIC_ADMIN_PORT", "EC2_PUBLIC_DATASTORE_PORT", "EC2_PUBLIC_ALL_PORTS"
WIDE = permission("-1", 0, 0, "0.0.0.0/0")
PRIVATE: dict[str, Any] = {"instances": [instance(interface={"Association": None})], **no_route()}
IPV6 = {"Association": None, "Ipv6Addresses": [{"Ipv6Address": "2a05:d014::5"}]}

TASK = {
    "Description": "arn:aws:ecs:eu-central-1:111111111111:attachment/0c1d", "RequesterId": "578734482556",
    "OwnerId": "111111111111", "Status": "in-use", "Attachment": {"InstanceOwnerId": "578734482556", "DeviceIndex": 1},
}  # fmt: skip
"""What the interface of a task on AWS Fargate says of itself."""


def lone(**changes: Any) -> dict[str, Any]:
    """An interface that no instance has."""
    interfaces = instance(interface=changes)["NetworkInterfaces"]
    return {"instances": [], "network_interfaces": {"NetworkInterfaces": interfaces}}


PUBLIC = [
    planted(ADMIN, "SSH from anywhere", world(SSH), "tcp/22/ipv4"),
    planted(ADMIN, "halves of the Internet", world(permission("tcp", 22, 22, "0.0.0.0/1", "128.0.0.0/1")), "tcp/22/ipv4"),
    planted(ADMIN, "a range of ports holds two", world(permission("tcp", 5980, 5990, "0.0.0.0/0")), "tcp/5985/ipv4", "tcp/5986/ipv4"),
    planted(ADMIN, "RDP over UDP", world(permission("udp", 3389, 3389, "0.0.0.0/0")), "udp/3389/ipv4"),
    planted(ADMIN, "whether the VPC blocks public access is denied", world(SSH, without="vpc_block_public_access_options"), "tcp/22/ipv4"),
    planted(ADMIN, "IPv6 alone", world(permission("tcp", 22, 22, *ANY), instances=[instance(interface=IPV6)]), "tcp/22/ipv6"),
    planted(ADMIN, "beside a wide range", world(SSH, permission("tcp", 30000, 32767, "0.0.0.0/0")), "tcp/22/ipv4"),
    hardened(ADMIN, "no public address", world(SSH, instances=[instance(interface={"Association": None})])),
    hardened(ADMIN, "no route to the Internet gateway", world(SSH, **no_route())),
    hardened(ADMIN, "the network ACL denies the port", world(SSH, **deny(22))),
    hardened(ADMIN, "not running", world(SSH, instances=[instance("stopped")])),
    hardened(ADMIN, "a single address", world(permission("tcp", 22, 22, "198.51.100.7/32"))),
    hardened(ADMIN, "known networks only", world(permission("tcp", 22, 22, "64.0.0.0/2")), settings=Settings(known_cidrs=("64.0.0.0/2",))),
    hardened(ADMIN, "absorbed by all ports", world(WIDE)),
    hardened(ADMIN, "UDP 22 is not SSH", world(permission("udp", 22, 22, "0.0.0.0/0"))),
    hardened(ADMIN, "no public address, though ACLs are unread", world(SSH, without="network_acls", instances=[instance(interface={"Association": None})])),
    planted(ADMIN, "an interface of the instance that somebody described as a load balancer's", world(SSH, instances=[instance(interface={"Description": "ELB app/web/50dc6c495c0c9188"})]), "tcp/22/ipv4"),
    planted(ADMIN, "a private instance behind an accelerator", world(SSH, **PRIVATE, accelerators=accelerator()), "tcp/22/ipv4"),
    planted(ADMIN, "the accelerator sends another port there", world(SSH, **PRIVATE, accelerators=accelerator(port=80, PortOverrides=[{"ListenerPort": 80, "EndpointPort": 22}])), "tcp/22/ipv4"),
    hardened(ADMIN, "an accelerator that is switched off", world(SSH, **PRIVATE, accelerators=accelerator(enabled=False))),
    hardened(ADMIN, "an accelerator of another instance", world(SSH, **PRIVATE, accelerators=accelerator("i-2"))),
    hardened(ADMIN, "an accelerator of another port", world(SSH, **PRIVATE, accelerators=accelerator(port=443))),
    hardened(ADMIN, "the port is overridden", world(SSH, **PRIVATE, accelerators=accelerator(PortOverrides=[{"ListenerPort": 22, "EndpointPort": 8022}]))),
    hardened(ADMIN, "an accelerator, but the group is closed", world(permission("tcp", 443, 443, "0.0.0.0/0"), **PRIVATE, accelerators=accelerator())),
    hardened(ADMIN, "accelerators unread, but the group is closed", world(permission("tcp", 443, 443, "0.0.0.0/0"), **PRIVATE, accelerators=())),
    unreadable(ADMIN, "accelerators unread, and only the route is missing", world(SSH, **PRIVATE, accelerators=())),
    unreadable(ADMIN, "endpoint groups denied", world(SSH, **PRIVATE, accelerators=(*accelerator()[:2], denied("globalaccelerator.list_endpoint_groups", ListenerArn="li-1")))),
    unreadable(ADMIN, "route tables denied", world(SSH, without="route_tables")),
    unreadable(ADMIN, "network ACLs denied", world(SSH, without="network_acls")),
    unreadable(ADMIN, "security groups denied", world(SSH, without="security_groups")),
    unreadable(ADMIN, "instances denied", world(SSH, without="instances")),
    unreadable(ADMIN, "prefix list not resolved", world(permission("tcp", 22, 22, PrefixListIds=[{"PrefixListId": "pl-1"}]))),
    planted(ADMIN, "a task on Fargate", world(SSH, **lone(**TASK)), "tcp/22/ipv4"),
    planted(ADMIN, "a task with an IPv6 address alone", world(permission("tcp", 22, 22, "::/0"), **lone(**TASK | IPV6)), "tcp/22/ipv6"),
    planted(ADMIN, "an IPv6 prefix and no address", world(permission("tcp", 22, 22, "::/0"), instances=[instance(interface={"Association": None, "Ipv6Prefixes": [{"Ipv6Prefix": "2a05:d014:0:1::/80"}]})]), "tcp/22/ipv6"),
    hardened(ADMIN, "a prefix of unique-local addresses", world(permission("tcp", 22, 22, "::/0"), instances=[instance(interface={"Association": None, "Ipv6Prefixes": [{"Ipv6Prefix": "fd00:0:0:1::/80"}]})])),
    hardened(ADMIN, "a task without a public address", world(SSH, **lone(**TASK | {"Association": None}))),
    hardened(ADMIN, "an interface that is attached to nothing", world(SSH, **lone(Status="available"))),
    hardened(ADMIN, "the interface of another account in a shared VPC", world(SSH, **lone(**TASK | {"OwnerId": "222222222222"}))),
    hardened(ADMIN, "a load balancer's plain interface", world(SSH, **lone(Description="ELB app/web/50dc6c495c0c9188"))),
    hardened(ADMIN, "a database's interface", world(SSH, **lone(Description="RDSNetworkInterface"))),
    hardened(ADMIN, "an interface of a service that names itself", world(SSH, **lone(RequesterId="amazon-rds"))),
    hardened(ADMIN, "the interface of a NAT gateway", world(SSH, **lone(InterfaceType="natGateway"))),
    hardened(ADMIN, "an interface through which AWS opens connections itself", world(SSH, **lone(InterfaceType="quicksight"))),
    hardened(ADMIN, "the interface of a file system", world(permission("tcp", 22, 22, "::/0"), **lone(Description="EFS mount target for fs-1 (fsmt-1)", **IPV6))),
    unreadable(ADMIN, "interfaces denied", world(SSH, instances=[], without="network_interfaces")),
    unreadable(ADMIN, "a task, and network ACLs denied", world(SSH, without="network_acls", **lone(**TASK))),
    planted(STORE, "a task on Fargate", world(permission("tcp", 6379, 6379, "0.0.0.0/0"), **lone(**TASK)), "tcp/6379/ipv4"),
    hardened(STORE, "a warehouse's interface", world(permission("tcp", 5432, 5432, "0.0.0.0/0"), **lone(Description="RedshiftNetworkInterface"))),
    planted(ALL, "a task on Fargate", world(WIDE, **lone(**TASK)), "tcp+udp/0-65535/ipv4"),
    hardened(ALL, "a task that only its group reaches", world(permission("-1", 0, 0, UserIdGroupPairs=[{"GroupId": "sg-1"}]), **lone(**TASK))),
    planted(STORE, "PostgreSQL from anywhere", world(permission("tcp", 5432, 5432, "0.0.0.0/0")), "tcp/5432/ipv4"),
    planted(STORE, "memcached over UDP", world(permission("udp", 11211, 11211, "0.0.0.0/0")), "udp/11211/ipv4"),
    planted(STORE, "whether the VPC blocks public access is denied", world(permission("tcp", 5432, 5432, "0.0.0.0/0"), without="vpc_block_public_access_options"), "tcp/5432/ipv4"),
    hardened(STORE, "only from another group", world(permission("tcp", 5432, 5432, UserIdGroupPairs=[{"GroupId": "sg-1"}]))),
    hardened(STORE, "the network ACL denies the port", world(permission("tcp", 5432, 5432, "0.0.0.0/0"), **deny(5432))),
    hardened(STORE, "SSH is no datastore", world(SSH)),
    hardened(STORE, "UDP 5432 is not PostgreSQL", world(permission("udp", 5432, 5432, "0.0.0.0/0"))),
    hardened(STORE, "absorbed by all ports", world(WIDE)),
    unreadable(STORE, "network ACLs denied", world(permission("tcp", 5432, 5432, "0.0.0.0/0"), without="network_acls")),
    planted(ALL, "all traffic", world(WIDE), "tcp+udp/0-65535/ipv4"),
    planted(ALL, "all of TCP, on IPv4 and IPv6", world(permission("tcp", 0, 65535, *ANY), instances=[instance(interface=IPV6 | {"Association": {"PublicIp": "52.1.2.3"}})]), "tcp/0-65535/ipv4", "tcp/0-65535/ipv6"),
    planted(ALL, "1,001 ports in two rules", world(permission("tcp", 8000, 8500, "0.0.0.0/0"), permission("tcp", 8501, 9000, "0.0.0.0/0")), "tcp/8000-9000/ipv4"),
    planted(ALL, "whether the VPC blocks public access is denied", world(WIDE, without="vpc_block_public_access_options"), "tcp+udp/0-65535/ipv4"),
    hardened(ALL, "1,000 ports", world(permission("tcp", 8000, 8999, "0.0.0.0/0"))),
    hardened(ALL, "all traffic from the group itself", world(permission("-1", 0, 0, UserIdGroupPairs=[{"GroupId": "sg-1"}]))),
    hardened(ALL, "all traffic in a private subnet", world(WIDE, **no_route())),
    hardened(ALL, "a single port, though ACLs are unread", world(SSH, without="network_acls")),
    unreadable(ALL, "route tables denied", world(WIDE, without="route_tables")),
]  # fmt: skip

OPEN, LARGE, DEFAULT = "EC2_SG_OPEN_ADMIN_PORT", "EC2_SG_CIDR_LARGE", "EC2_SG_DEFAULT_IN_USE"


def default_group(rules: bool = True) -> dict[str, Any]:
    found = group(*([permission("-1", 0, 0, UserIdGroupPairs=[{"GroupId": "sg-1"}])] if rules else []))
    return {"security_groups": {"SecurityGroups": [found | {"GroupName": "default", "IpPermissionsEgress": []}]}}


def two_interfaces() -> dict[str, Any]:
    """An instance with a private interface of the group sg-1, and one of sg-2 on the Internet."""
    public = instance(groups=("sg-2",), interface={"NetworkInterfaceId": "eni-2", "PrivateIpAddress": "10.0.0.6"})
    private = instance(interface={"Association": None})
    return private | {"NetworkInterfaces": [*private["NetworkInterfaces"], *public["NetworkInterfaces"]]}


GROUPS = [
    planted(OPEN, "attached, but in a private subnet", world(SSH, **no_route()), "tcp/22/ipv4"),
    planted(OPEN, "attached to nothing", world(SSH, instances=[]), "tcp/22/ipv4", severity=Severity.LOW),
    planted(OPEN, "attached to nothing: the interface has another group", world(SSH, instances=[instance(groups=("sg-2",))]), "tcp/22/ipv4", severity=Severity.LOW),
    planted(OPEN, "attached to nothing, instances denied", world(SSH, without="instances", network_interfaces={"NetworkInterfaces": []}), "tcp/22/ipv4", severity=Severity.LOW),
    planted(OPEN, "the instance is stopped", world(SSH, instances=[instance("stopped")]), "tcp/22/ipv4"),
    planted(OPEN, "the interface of a stopped instance", world(SSH, instances=[instance("stopped")], network_interfaces={"NetworkInterfaces": instance(interface={"Attachment": {"InstanceId": "i-1"}})["NetworkInterfaces"]}), "tcp/22/ipv4"),
    planted(OPEN, "the interface of a load balancer", world(SSH, **lone(InterfaceType="network_load_balancer")), "tcp/22/ipv4"),
    planted(OPEN, "an interface of a service's, on the Internet", world(SSH, **lone(RequesterId="amazon-rds")), "tcp/22/ipv4"),
    hardened(OPEN, "a task on Fargate, on the Internet: its own finding", world(SSH, **lone(**TASK))),
    planted(OPEN, "another account's task in a shared VPC, which is no finding here", world(SSH, **lone(**TASK | {"OwnerId": "222222222222"})), "tcp/22/ipv4"),
    planted(OPEN, "a task on Fargate that the network ACL guards", world(SSH, **lone(**TASK), **deny(22)), "tcp/22/ipv4"),
    planted(OPEN, "IPv6 is open, only IPv4 is reachable", world(permission("tcp", 22, 22, "::/0")), "tcp/22/ipv6"),
    planted(OPEN, "both are open, only IPv4 is reachable", world(permission("tcp", 22, 22, *ANY)), "tcp/22/ipv6"),
    planted(OPEN, "reachable on another port only", world(SSH, permission("tcp", 443, 443, "0.0.0.0/0"), **deny(22)), "tcp/22/ipv4"),
    planted(OPEN, "the instance is reachable by its interface of another group", world(SSH, instances=[two_interfaces()], security_groups={"SecurityGroups": [group(SSH), group(SSH, name="sg-2")]}), "tcp/22/ipv4"),
    hardened(OPEN, "reachable: the instance's own finding", world(SSH)),
    hardened(OPEN, "a web port", world(permission("tcp", 443, 443, *ANY))),
    hardened(OPEN, "UDP 22 is not SSH", world(permission("udp", 22, 22, "0.0.0.0/0"), **no_route())),
    hardened(OPEN, "private ranges that look wide", world(permission("tcp", 22, 22, "10.0.0.0/8", "172.16.0.0/12"))),
    unreadable(OPEN, "groups denied", world(SSH, without="security_groups")),
    unreadable(OPEN, "interfaces denied", world(SSH, without="network_interfaces")),
    unreadable(OPEN, "instances denied", world(SSH, without="instances", network_interfaces={"NetworkInterfaces": instance()["NetworkInterfaces"]})),
    unreadable(OPEN, "prefix list not resolved", world(permission("tcp", 22, 22, PrefixListIds=[{"PrefixListId": "pl-1"}]))),
    planted(LARGE, "a /8", world(permission("tcp", 443, 443, "52.0.0.0/8")), "52.0.0.0/8"),
    planted(LARGE, "half of the Internet, in two rules", world(permission("tcp", 80, 80, "0.0.0.0/1"), permission("tcp", 443, 443, "0.0.0.0/1")), "0.0.0.0/1"),
    planted(LARGE, "all traffic of a /8", world(permission("-1", 0, 0, "52.0.0.0/8")), "52.0.0.0/8"),
    planted(LARGE, "some ports for a /8", world(permission("tcp", 8000, 8100, "52.0.0.0/8")), "52.0.0.0/8"),
    planted(LARGE, "a public IPv6 network", world(permission("tcp", 443, 443, "2a00::/12")), "2a00::/12"),
    hardened(LARGE, "a private /8", world(permission("tcp", 443, 443, "10.0.0.0/8", "100.64.0.0/10", "fc00::/7"))),
    hardened(LARGE, "everybody is another check's business", world(permission("tcp", 443, 443, *ANY))),
    hardened(LARGE, "a /17", world(permission("tcp", 443, 443, "52.1.0.0/17"))),
    hardened(LARGE, "known", world(permission("tcp", 443, 443, "52.1.0.0/16")), settings=Settings(known_cidrs=("52.0.0.0/8",))),
    unreadable(LARGE, "groups denied", world(SSH, without="security_groups")),
    planted(DEFAULT, "a rule and an interface", world(**default_group())),
    hardened(DEFAULT, "without rules", world(**default_group(rules=False))),
    hardened(DEFAULT, "without interfaces", world(**default_group(), instances=[])),
    hardened(DEFAULT, "the interface has another group", world(**default_group(), instances=[instance(groups=("sg-2",))])),
    hardened(DEFAULT, "not a default group", world(WIDE)),
    unreadable(DEFAULT, "interfaces denied", world(**default_group(), without="network_interfaces")),
]  # fmt: skip

IMDS = "EC2_IMDSV1_ALLOWED"
V1 = {"MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "enabled"}}
ROLE = {"IamInstanceProfile": {"Arn": "arn:aws:iam::111111111111:instance-profile/web"}}

METADATA = [
    planted(IMDS, "tokens are optional", world(instances=[instance(**V1)])),
    planted(IMDS, "with a role, but not reachable", world(instances=[instance(**V1, **ROLE)])),
    planted(IMDS, "with a role, on the Internet", world(permission("tcp", 443, 443, "0.0.0.0/0"), instances=[instance(**V1, **ROLE)]), severity=Severity.HIGH),
    planted(IMDS, "on the Internet without a role", world(permission("tcp", 443, 443, "0.0.0.0/0"), instances=[instance(**V1)])),
    planted(IMDS, "provable though the network is unread", world(SSH, without="route_tables", instances=[instance(**V1, **ROLE)])),
    hardened(IMDS, "the endpoint is off", world(instances=[instance(MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "disabled"})])),
    hardened(IMDS, "tokens are required", world(SSH)),
    hardened(IMDS, "not running", world(instances=[instance("stopped", **V1)])),
    unreadable(IMDS, "instances denied", world(without="instances")),
    unreadable(IMDS, "the answer does not say", world(instances=[instance(MetadataOptions={})])),
]  # fmt: skip

SNAPSHOT, VOLUME, BY_DEFAULT = "EBS_SNAPSHOT_PUBLIC", "EBS_VOLUME_UNENCRYPTED", "EBS_DEFAULT_ENCRYPTION_OFF"
CANDIDATE = ok("ec2.describe_public_snapshots", REGION, {"Snapshots": [{"SnapshotId": "snap-1", "VolumeId": "vol-1"}]})


def permissions(*granted: dict[str, str]) -> Record:
    return ok(
        "ec2.describe_snapshot_attribute", REGION, {"CreateVolumePermissions": list(granted)}, SnapshotId="snap-1"
    )


def volume(state: str = "in-use", **more: Any) -> Record:
    return ok("ec2.describe_volumes", REGION, {"Volumes": [{"VolumeId": "vol-1", "State": state, "Attachments": [{"InstanceId": "i-1"}], **more}]})  # fmt: skip


def by_default(enabled: bool) -> Record:
    return ok("ec2.get_ebs_encryption_by_default", REGION, {"EbsEncryptionByDefault": enabled})


EBS = [
    planted(SNAPSHOT, "restorable by all", account(CANDIDATE, permissions({"Group": "all"})), "all"),
    hardened(SNAPSHOT, "a candidate shared with one account", account(CANDIDATE, permissions({"UserId": "222222222222"}))),
    hardened(SNAPSHOT, "a candidate shared with nobody", account(CANDIDATE, permissions())),
    hardened(SNAPSHOT, "deleted meanwhile", account(ok("ec2.describe_public_snapshots", REGION, {"Snapshots": []}))),
    unreadable(SNAPSHOT, "candidates denied", account(denied("ec2.describe_public_snapshots", REGION))),
    unreadable(SNAPSHOT, "attribute denied", account(CANDIDATE, denied("ec2.describe_snapshot_attribute", REGION, SnapshotId="snap-1"))),
    unreadable(SNAPSHOT, "attribute never asked", account(CANDIDATE)),
    unreadable(SNAPSHOT, "attribute without permissions", account(CANDIDATE, ok("ec2.describe_snapshot_attribute", REGION, {}, SnapshotId="snap-1"))),
    planted(VOLUME, "in use and in the clear", account(volume(Encrypted=False))),
    hardened(VOLUME, "encrypted", account(volume(Encrypted=True))),
    hardened(VOLUME, "not in use", account(volume("available", Encrypted=False))),
    unreadable(VOLUME, "volumes denied", account(denied("ec2.describe_volumes", REGION))),
    unreadable(VOLUME, "the answer does not say", account(volume())),
    planted(BY_DEFAULT, "off where there are volumes", account(by_default(False), volume(Encrypted=True))),
    hardened(BY_DEFAULT, "off where there are none", account(by_default(False), ok("ec2.describe_volumes", REGION, {"Volumes": []}))),
    hardened(BY_DEFAULT, "on, volumes unread", account(by_default(True), denied("ec2.describe_volumes", REGION))),
    hardened(BY_DEFAULT, "the organization switched the region off", switched_off()),
    unreadable(BY_DEFAULT, "a policy of the organization denies this call alone", account(failed("ec2.get_ebs_encryption_by_default", REGION, Outcome.BLOCKED), volume(Encrypted=False), ok("ec2.describe_vpcs", REGION))),
    unreadable(BY_DEFAULT, "denied", account(denied("ec2.get_ebs_encryption_by_default", REGION), volume(Encrypted=True))),
    unreadable(BY_DEFAULT, "off, volumes unread", account(by_default(False), denied("ec2.describe_volumes", REGION))),
    unreadable(BY_DEFAULT, "the answer does not say", account(ok("ec2.get_ebs_encryption_by_default", REGION, {}), volume())),
]  # fmt: skip

CASES = [*PUBLIC, *GROUPS, *METADATA, *EBS, *EDGE_CASES, *privileged(world, instance)]
