"""Roles, user data, images, snapshots, VPCs and their edges: what is in them, and whom they let in."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.aws_network.builders import permission, route, route_table
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    REGION,
    SISTER,
    STRANGER,
    Settings,
    denied,
    ok,
    organization,
)
from tests.unit.checks.iam.build import allow, deny, inline
from tests.unit.checks.shapes import hardened, planted, said, unreadable

HTTPS = permission("tcp", 443, 443, "0.0.0.0/0")
PROFILE = f"arn:aws:iam::{OWN}:instance-profile/web"
HAS_PROFILE = {"IamInstanceProfile": {"Arn": PROFILE, "Id": "AIPA00000000000000000"}}
DETAILS = "iam.get_account_authorization_details"
TRUSTED = Settings(trusted_accounts=frozenset({STRANGER}))


def role(*statements: dict[str, Any], **more: Any) -> Record:
    found = {
        "RoleName": "web", "Path": "/", "Arn": f"arn:aws:iam::{OWN}:role/web", "AssumeRolePolicyDocument": {"Statement": []},
        "InstanceProfileList": [{"InstanceProfileName": "web", "Arn": PROFILE, "Roles": []}],
        "RolePolicyList": [inline("own", *statements)], "AttachedManagedPolicies": [], **more,
    }  # fmt: skip
    return ok(DETAILS, answer={"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [found], "Policies": []})


def with_iam(world: AccountData, *records: Record) -> tuple[Record, ...]:
    """The world of one instance (see cases.py), together with these records."""
    kept = [record for operation in world.operations() for record in world.records(operation)]
    return (*kept, *records)


def privileged(world: Any, instance: Any) -> list[Any]:
    check = "EC2_PUBLIC_PRIVILEGED_ROLE"
    public = world(HTTPS, instances=[instance(**HAS_PROFILE)])
    private = world(HTTPS, instances=[instance(**HAS_PROFILE, interface={"Association": None})])
    doubtful = world(HTTPS, without="network_acls", instances=[instance(**HAS_PROFILE)])
    perhaps = allow("iam:PutRolePolicy", Condition={"StringEquals": {"iam:Novelty": "x"}})
    reading = (allow(["s3:ListAllMyBuckets", "s3:GetObject"]),)
    return [
        planted(check, "an administrator", with_iam(public, role(allow()))),
        planted(check, "control of IAM alone", with_iam(public, role(allow("iam:*")))),
        planted(check, "lists and reads all buckets", with_iam(public, role(*reading))),
        planted(check, "listing and reading in two statements", with_iam(public, role(allow("s3:List*"), allow("s3:Get*", "arn:aws:s3:::*")))),
        planted(check, "may put a policy on itself", with_iam(public, role(allow("iam:PutRolePolicy")))),
        planted(check, "lists and reads all buckets, and may be able to put a policy on itself", with_iam(public, role(*reading, perhaps))),
        hardened(check, "may put a policy on itself, and the Internet does not reach it", with_iam(private, role(allow("iam:PutRolePolicy")))),
        unreadable(check, "may be able to put a policy on itself", with_iam(public, role(perhaps))),
        unreadable(check, "may put a policy on itself, network ACLs denied", with_iam(doubtful, role(allow("iam:PutRolePolicy")))),
        hardened(check, "reads one bucket", with_iam(public, role(allow("s3:ListAllMyBuckets"), allow("s3:GetObject", "arn:aws:s3:::assets/*")))),
        hardened(check, "a Deny takes the reading away", with_iam(public, role(*reading, deny("s3:GetObject")))),
        hardened(check, "an administrator that the Internet does not reach", with_iam(private, role(allow()))),
        hardened(check, "not reached, IAM unread", with_iam(private, denied(DETAILS))),
        hardened(check, "reached, without a role", with_iam(world(HTTPS), denied(DETAILS))),
        hardened(check, "perhaps reached, with a harmless role", with_iam(doubtful, role(allow("logs:PutLogEvents")))),
        unreadable(check, "IAM denied", with_iam(public, denied(DETAILS))),
        unreadable(check, "a role that IAM does not list", with_iam(public, role(allow(), InstanceProfileList=[]))),
        unreadable(check, "an administrator, network ACLs denied", with_iam(doubtful, role(allow()))),
    ]  # fmt: skip


USER_DATA = "EC2_USERDATA_SECRET"
INSTANCE = ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}]}]})  # fmt: skip
NO_INSTANCE = ok("ec2.describe_instances", REGION, {"Reservations": []})
NO_TEMPLATE = ok("ec2.describe_launch_template_versions", REGION, {"LaunchTemplateVersions": []})


def kept(*secrets: tuple[str, str], **more: Any) -> dict[str, Any]:
    found = [{"detector": detector, "name": name, "digest": "0" * 64} for detector, name in secrets]
    return {
        "redacted": True,
        "detector": secrets[0][0] if secrets else "",
        "digest": "1" * 64,
        "secrets": found,
        **more,
    }


def of_instance(value: Any) -> Record:
    data = {"UserData": {"Value": value} if value else {}}
    return ok("ec2.describe_instance_attribute", REGION, {"InstanceId": "i-1", **data}, InstanceId="i-1")


def of_template(*versions: Any) -> Record:
    listed = [
        {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "VersionNumber": number, "LaunchTemplateData": {"UserData": value} if value else {}}
        for number, value in enumerate(versions, 1)
    ]  # fmt: skip
    return ok("ec2.describe_launch_template_versions", REGION, {"LaunchTemplateVersions": listed})


def scripts() -> list[Any]:
    unexamined = {"redacted": True, "detector": "", "digest": "1" * 64, "unexamined": "broken gzip"}
    token = kept(("github-token", "TOKEN"))
    return [
        planted(USER_DATA, "an instance", (INSTANCE, NO_TEMPLATE, of_instance(token)), finds=("github-token/TOKEN",)),
        planted(USER_DATA, "a launch template", (NO_INSTANCE, of_template(kept(), token)), finds=("github-token/TOKEN",)),
        planted(USER_DATA, "the same in two versions is one", (NO_INSTANCE, of_template(token, token)), finds=("github-token/TOKEN",)),
        planted(USER_DATA, "two of an instance", (INSTANCE, NO_TEMPLATE, of_instance(kept(("private-key", ""), ("aws-access-key", "id")))), finds=("private-key/", "aws-access-key/id")),
        planted(USER_DATA, "told by its name only", (INSTANCE, NO_TEMPLATE, of_instance(kept(("generic-secret", "DB_PASSWORD")))), finds=("generic-secret/DB_PASSWORD",), severity=Severity.MEDIUM),
        hardened(USER_DATA, "a script without secrets", (INSTANCE, of_template(kept()), of_instance(kept()))),
        hardened(USER_DATA, "no user data", (INSTANCE, of_template(None), of_instance(None))),
        unreadable(USER_DATA, "attribute denied", (INSTANCE, NO_TEMPLATE, denied("ec2.describe_instance_attribute", REGION, InstanceId="i-1"))),
        unreadable(USER_DATA, "not this instance's turn", (INSTANCE, NO_TEMPLATE)),
        unreadable(USER_DATA, "broken gzip", (INSTANCE, NO_TEMPLATE, of_instance(unexamined))),
        unreadable(USER_DATA, "never examined", (INSTANCE, NO_TEMPLATE, of_instance("IyEvYmluL3No"))),
        unreadable(USER_DATA, "never examined, and has a word of secrets in it", (INSTANCE, NO_TEMPLATE, of_instance("c2VjcmV0secrets="))),
        unreadable(USER_DATA, "templates denied", (NO_INSTANCE, denied("ec2.describe_launch_template_versions", REGION))),
    ]  # fmt: skip


AMI = "EC2_UNTRUSTED_AMI"


def image_in_use(state: str = "running", **image: Any) -> tuple[Record, Record]:
    instance = {"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": state}}
    found = {"InstanceId": "i-1", "ImageMetadata": {"ImageId": "ami-1", "State": "available", **image}}
    return (
        ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": [instance]}]}),
        ok("ec2.describe_instance_image_metadata", REGION, {"InstanceImageMetadata": [found]}),
    )


def own_images(*permissions: dict[str, Any], **image: Any) -> tuple[Record, Record]:
    found = {"ImageId": "ami-1", "Name": "golden", "OwnerId": OWN, "Public": False}
    return (
        ok("ec2.describe_images", REGION, {"Images": [said(**found | image)]}),
        ok("ec2.describe_image_attribute", REGION, {"ImageId": "ami-1", "LaunchPermissions": list(permissions)}, ImageId="ami-1"),
    )  # fmt: skip


IMAGES_DENIED = denied("ec2.describe_images", REGION)
IMAGES = [
    planted(AMI, "a stranger's image", (*NO_ORGANIZATION, *image_in_use(OwnerId=STRANGER)), finds=(STRANGER,)),
    planted(AMI, "deregistered by now", (*NO_ORGANIZATION, *image_in_use(OwnerId=STRANGER, State="deregistered")), finds=(STRANGER,)),
    hardened(AMI, "Amazon's", (*NO_ORGANIZATION, *image_in_use(OwnerId=STRANGER, ImageOwnerAlias="amazon"))),
    hardened(AMI, "from the Marketplace", (*NO_ORGANIZATION, *image_in_use(OwnerId=STRANGER, ImageOwnerAlias="aws-marketplace"))),
    hardened(AMI, "one's own", (*NO_ORGANIZATION, *image_in_use(OwnerId=OWN))),
    hardened(AMI, "another instance's is a stranger's", (*NO_ORGANIZATION, image_in_use()[0], ok("ec2.describe_instance_image_metadata", REGION, {"InstanceImageMetadata": [
        {"InstanceId": id_, "ImageMetadata": {"ImageId": f"ami-{owner}", "State": "available", "OwnerId": owner}} for id_, owner in (("i-2", STRANGER), ("i-1", OWN))]}))),
    hardened(AMI, "trusted", (*NO_ORGANIZATION, *image_in_use(OwnerId=STRANGER)), settings=TRUSTED),
    hardened(AMI, "of the organization", (*organization(OWN, SISTER), *image_in_use(OwnerId=SISTER))),
    *(hardened(AMI, f"a well-known publisher's: {owner}", (*NO_ORGANIZATION, *image_in_use(OwnerId=owner))) for owner in ("099720109477", "136693071363", "309956199498", "792107900819", "013907871322")),
    planted(AMI, "a well-known publisher's, whom the schedule does not trust", (*NO_ORGANIZATION, *image_in_use(OwnerId="099720109477")), finds=("099720109477",), settings=Settings(known_vendors=False)),
    hardened(AMI, "not running", (*NO_ORGANIZATION, *image_in_use("stopped", OwnerId=STRANGER))),
    unreadable(AMI, "an owner whom EC2 does not name", (*NO_ORGANIZATION, *image_in_use())),
    unreadable(AMI, "the organization is unread", image_in_use(OwnerId=STRANGER)),
    unreadable(AMI, "metadata denied", (*NO_ORGANIZATION, image_in_use()[0], denied("ec2.describe_instance_image_metadata", REGION))),
    planted("AMI_PUBLIC", "public", own_images(Public=True), finds=("all",)),
    hardened("AMI_PUBLIC", "shared with an account", own_images({"UserId": STRANGER})),
    unreadable("AMI_PUBLIC", "images denied", IMAGES_DENIED),
    unreadable("AMI_PUBLIC", "the answer does not say", own_images(Public=None)),
    planted("AMI_SHARED", "two strangers are two findings", (*NO_ORGANIZATION, *own_images({"UserId": STRANGER}, {"UserId": "888888888888"}, {"Group": "all"})), finds=(STRANGER, "888888888888")),
    planted("AMI_SHARED", "a foreign organization", (*NO_ORGANIZATION, *own_images({"OrganizationArn": f"arn:aws:organizations::{STRANGER}:organization/o-stranger00"})), finds=("o-stranger00",)),
    planted("AMI_SHARED", "a foreign organization's unit", (*NO_ORGANIZATION, *own_images({"OrganizationalUnitArn": f"arn:aws:organizations::{STRANGER}:ou/o-stranger00/ou-1"})), finds=("o-stranger00",)),
    hardened("AMI_SHARED", "with the own organization", (*organization(OWN, SISTER), *own_images({"OrganizationArn": f"arn:aws:organizations::{OWN}:organization/o-own"}, {"UserId": SISTER}))),
    hardened("AMI_SHARED", "public is another check's business", (*NO_ORGANIZATION, *own_images({"Group": "all"}))),
    hardened("AMI_SHARED", "trusted", (*NO_ORGANIZATION, *own_images({"UserId": STRANGER})), settings=TRUSTED),
    unreadable("AMI_SHARED", "the organization is unread", own_images({"UserId": STRANGER})),
    unreadable("AMI_SHARED", "not this image's turn", own_images()[0]),
]  # fmt: skip

SHARED = "EBS_SNAPSHOT_SHARED"
SNAPSHOT = ok("ec2.describe_snapshots", REGION, {"Snapshots": [{"SnapshotId": "snap-1", "VolumeId": "vol-1"}]})


def restorers(*granted: dict[str, str]) -> tuple[Record, ...]:
    answer = {"SnapshotId": "snap-1", "CreateVolumePermissions": list(granted)}
    return SNAPSHOT, ok("ec2.describe_snapshot_attribute", REGION, answer, SnapshotId="snap-1")


SNAPSHOTS = [
    planted(SHARED, "with two strangers", (*NO_ORGANIZATION, *restorers({"UserId": STRANGER}, {"UserId": "888888888888"})), finds=(STRANGER, "888888888888")),
    hardened(SHARED, "with a sister", (*organization(OWN, SISTER), *restorers({"UserId": SISTER}))),
    hardened(SHARED, "trusted", (*NO_ORGANIZATION, *restorers({"UserId": STRANGER})), settings=TRUSTED),
    hardened(SHARED, "public is another check's business", (*NO_ORGANIZATION, *restorers({"Group": "all"}))),
    unreadable(SHARED, "the organization is unread", restorers({"UserId": STRANGER})),
    unreadable(SHARED, "not this snapshot's turn", (*NO_ORGANIZATION, SNAPSHOT)),
    unreadable(SHARED, "attribute without permissions", (*NO_ORGANIZATION, SNAPSHOT, ok("ec2.describe_snapshot_attribute", REGION, {}, SnapshotId="snap-1"))),
    unreadable(SHARED, "snapshots denied", denied("ec2.describe_snapshots", REGION)),
]  # fmt: skip

FLOW = "VPC_FLOW_LOGS_OFF"


def flow(*logs: dict[str, Any], interfaces: int = 1, **vpc: Any) -> tuple[Record, ...]:
    found = [
        {"NetworkInterfaceId": f"eni-{number}", "SubnetId": f"subnet-{number}", "VpcId": "vpc-1"}
        for number in range(1, interfaces + 1)
    ]
    return (
        ok("ec2.describe_vpcs", REGION, {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": OWN, **vpc}]}),
        ok("ec2.describe_network_interfaces", REGION, {"NetworkInterfaces": found}),
        ok("ec2.describe_flow_logs", REGION, {"FlowLogs": list(logs)}),
    )


def log(resource: str = "vpc-1", status: str = "ACTIVE", delivery: str | None = "SUCCESS") -> dict[str, Any]:
    said = {"DeliverLogsStatus": delivery} if delivery else {}
    return {"FlowLogId": "fl-1", "ResourceId": resource, "FlowLogStatus": status, **said}


FLOW_LOGS = [
    planted(FLOW, "none", flow()),
    planted(FLOW, "it cannot deliver", flow(log(delivery="FAILED"))),
    planted(FLOW, "of another VPC", flow(log("vpc-2"))),
    planted(FLOW, "another VPC's cannot deliver", flow(log("vpc-2", delivery="FAILED"))),
    planted(FLOW, "it is not active", flow(log(status="INACTIVE"))),
    planted(FLOW, "it is not active, and does not say whether it delivered", flow(log(status="INACTIVE", delivery=None))),
    planted(FLOW, "of one of two subnets", flow(log("subnet-1"), interfaces=2)),
    hardened(FLOW, "of the VPC", flow(log(), interfaces=2)),
    hardened(FLOW, "of each subnet or interface", flow(log("subnet-1"), log("eni-2"), interfaces=2)),
    hardened(FLOW, "nothing in the VPC", flow(interfaces=0)),
    hardened(FLOW, "nothing in the VPC, flow logs denied", (*flow(interfaces=0)[:2], denied("ec2.describe_flow_logs", REGION))),
    hardened(FLOW, "nothing in the VPC, something in another", (flow()[0], ok("ec2.describe_network_interfaces", REGION, {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-9", "SubnetId": "subnet-9", "VpcId": "vpc-2"}]}), flow()[2])),
    hardened(FLOW, "another account's VPC", flow(OwnerId=SISTER)),
    unreadable(FLOW, "a log that does not say whether it delivers", flow(log(delivery=None))),
    unreadable(FLOW, "flow logs denied", (*flow()[:2], denied("ec2.describe_flow_logs", REGION))),
    unreadable(FLOW, "interfaces denied", (flow()[0], flow(log())[2], denied("ec2.describe_network_interfaces", REGION))),
    unreadable(FLOW, "VPCs denied", denied("ec2.describe_vpcs", REGION)),
]  # fmt: skip

PEERING, SERVICE, TRANSIT = "VPC_PEERING_FOREIGN", "VPC_ENDPOINT_SERVICE_OPEN", "TGW_AUTO_ACCEPT"


def peering(requester: str | None = OWN, accepter: str = STRANGER, status: str = "active") -> Record:
    sides = {"RequesterVpcInfo": {"OwnerId": requester} if requester else {}, "AccepterVpcInfo": {"OwnerId": accepter}}
    found = {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": status}, **sides}
    return ok("ec2.describe_vpc_peering_connections", REGION, {"VpcPeeringConnections": [found]})


def service(*principals: str, type_: str = "Account", waits: bool = True, **more: str) -> tuple[Record, Record]:
    found = {"ServiceId": "vpce-svc-1", "ServiceName": "com.amazonaws.vpce.svc-1", "AcceptanceRequired": waits, **more}
    allowed = [{"PrincipalType": type_, "Principal": principal, "ServiceId": "vpce-svc-1"} for principal in principals]
    return (
        ok("ec2.describe_vpc_endpoint_service_configurations", REGION, {"ServiceConfigurations": [found]}),
        ok("ec2.describe_vpc_endpoint_service_permissions", REGION, {"AllowedPrincipals": allowed}, ServiceId="vpce-svc-1"),
    )  # fmt: skip


def transit(accepts: str | None = "enable", **more: Any) -> Record:
    options = {"AutoAcceptSharedAttachments": accepts} if accepts else {}
    found = {"TransitGatewayId": "tgw-1", "OwnerId": OWN, "State": "available", "Options": options, **more}
    return ok("ec2.describe_transit_gateways", REGION, {"TransitGateways": [found]})


def root(id_: str) -> str:
    return f"arn:aws:iam::{id_}:root"


EDGES = [
    planted(PEERING, "a stranger accepted", (*NO_ORGANIZATION, peering()), finds=(STRANGER,)),
    planted(PEERING, "a stranger asked", (*NO_ORGANIZATION, peering(STRANGER, OWN)), finds=(STRANGER,)),
    hardened(PEERING, "both sides are one's own", (*NO_ORGANIZATION, peering(OWN, OWN))),
    hardened(PEERING, "not accepted", (*NO_ORGANIZATION, peering(status="pending-acceptance"))),
    hardened(PEERING, "a sister", (*organization(OWN, SISTER), peering(accepter=SISTER))),
    unreadable(PEERING, "the organization is unread", peering()),
    unreadable(PEERING, "an owner is missing", (*NO_ORGANIZATION, peering(None))),
    unreadable(PEERING, "peerings denied", denied("ec2.describe_vpc_peering_connections", REGION)),
    planted(SERVICE, "everybody, though connections wait", (*NO_ORGANIZATION, *service("*", type_="All")), finds=("*",)),
    planted(SERVICE, "everybody, and no connection waits", (*NO_ORGANIZATION, *service("*", type_="All", waits=False)), finds=("*",)),
    planted(SERVICE, "a stranger's account and role are one", (*NO_ORGANIZATION, *service(root(STRANGER), f"arn:aws:iam::{STRANGER}:role/x")), finds=(STRANGER,)),
    planted(SERVICE, "everybody, to one that is available", (*NO_ORGANIZATION, *service("*", ServiceState="Available")), finds=("*",)),
    hardened(SERVICE, "everybody, to one that is being deleted", (*NO_ORGANIZATION, *service("*", ServiceState="Deleting"))),
    hardened(SERVICE, "everybody, to one that was deleted", (*NO_ORGANIZATION, *service("*", ServiceState="Deleted"))),
    hardened(SERVICE, "nobody", (*NO_ORGANIZATION, *service())),
    hardened(SERVICE, "the own account", (*NO_ORGANIZATION, *service(root(OWN)))),
    hardened(SERVICE, "the own account, the organization is unread", service(root(OWN))),
    hardened(SERVICE, "a service of AWS", (*NO_ORGANIZATION, *service("bedrock.amazonaws.com", type_="Service"))),
    hardened(SERVICE, "trusted", (*NO_ORGANIZATION, *service(root(STRANGER))), settings=TRUSTED),
    unreadable(SERVICE, "the organization is unread", service(root(STRANGER))),
    unreadable(SERVICE, "a principal of no account", (*NO_ORGANIZATION, *service("ou-1", type_="OrganizationUnit"))),
    unreadable(SERVICE, "permissions denied", (service()[0], denied("ec2.describe_vpc_endpoint_service_permissions", REGION, ServiceId="vpce-svc-1"))),
    planted(TRANSIT, "enabled", transit()),
    hardened(TRANSIT, "disabled", transit("disable")),
    hardened(TRANSIT, "another account's gateway", transit(OwnerId=SISTER)),
    hardened(TRANSIT, "deleted", transit(State="deleted")),
    unreadable(TRANSIT, "the answer does not say", transit(None)),
    unreadable(TRANSIT, "denied", denied("ec2.describe_transit_gateways", REGION)),
]  # fmt: skip

CHECK_OFF, OLD, SUSPECT = "EC2_SOURCE_DEST_CHECK_OFF", "EC2_INSTANCE_OLD", "EC2_SG_CIDR_SUSPECT"


def instance(**more: Any) -> Record:
    found = {
        "InstanceId": "i-1", "State": {"Name": "running"}, "LaunchTime": "2026-01-01T00:00:00Z",
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SourceDestCheck": more.pop("check", True)}],
    }  # fmt: skip
    return ok("ec2.describe_instances", REGION, {"Reservations": [{"Instances": [said(**found | more)]}]})


def routes(**target: str) -> Record:
    table = route_table(route("0.0.0.0/0", **target)) if target else route_table()
    return ok("ec2.describe_route_tables", REGION, {"RouteTables": [table]})


def sources(*permissions: dict[str, Any]) -> Record:
    return ok("ec2.describe_security_groups", REGION, {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": list(permissions)}]})  # fmt: skip


ODDITIES = [
    planted(CHECK_OFF, "no route leads there", (instance(check=False), routes(NatGatewayId="nat-1")), finds=("eni-1",)),
    hardened(CHECK_OFF, "a NAT instance", (instance(check=False), routes(NetworkInterfaceId="eni-1"))),
    hardened(CHECK_OFF, "a NAT instance, by its own id", (instance(check=False), routes(InstanceId="i-1"))),
    hardened(CHECK_OFF, "on, route tables unread", (instance(), denied("ec2.describe_route_tables", REGION))),
    unreadable(CHECK_OFF, "off, route tables unread", (instance(check=False), denied("ec2.describe_route_tables", REGION))),
    planted(OLD, "366 days", instance(LaunchTime="2025-11-22T00:00:00Z")),
    hardened(OLD, "a year to the day", instance(LaunchTime="2025-11-23T12:00:00Z")),
    hardened(OLD, "stopped", instance(LaunchTime="2020-01-01T00:00:00Z", State={"Name": "stopped"})),
    unreadable(OLD, "the answer does not say", instance(LaunchTime=None)),
    unreadable(OLD, "denied", denied("ec2.describe_instances", REGION)),
    planted(SUSPECT, "inside another of the same rule", sources(permission("tcp", 22, 22, "10.0.0.0/8", "10.1.0.0/16")), finds=("overlap/10.1.0.0/16",)),
    planted(SUSPECT, "loopback and documentation", sources(permission("tcp", 22, 22, "127.0.0.1/32", "2001:db8::/32")), finds=("unneeded/127.0.0.1/32", "unneeded/2001:db8::/32")),
    planted(SUSPECT, "nearly everybody", sources(permission("tcp", 22, 22, "0.0.0.0/1")), finds=("unexpected/0.0.0.0/1",)),
    hardened(SUSPECT, "the same network in two rules, and everybody", sources(permission("tcp", 22, 22, "10.0.0.0/8"), permission("tcp", 80, 80, "10.1.0.0/16"), permission("tcp", 443, 443, "0.0.0.0/0", "::/0"))),
    unreadable(SUSPECT, "groups denied", denied("ec2.describe_security_groups", REGION)),
]  # fmt: skip

EDGE_CASES = [*scripts(), *IMAGES, *SNAPSHOTS, *FLOW_LOGS, *EDGES, *ODDITIES]
