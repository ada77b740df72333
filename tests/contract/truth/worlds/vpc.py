"""VPCs: security groups, flow logs, and the edges: peerings, endpoint services, transit gateways."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.facts import Account
from demo.aws.seeding.network import Region, Vpc
from tests.contract.truth.place import Place
from tests.contract.truth.worlds.ec2 import arn


def plant(at: Place) -> None:
    """Each problem has its twin beside it; strangers own the other side of a peering."""
    here = Region(at.cloud, at.problems)
    watched = here.vpc("watched", "10.41.0.0/16", {"private-a": "10.41.1.0/24", "private-b": "10.41.2.0/24"})
    blind = here.vpc("blind", "10.42.0.0/16", {"private-a": "10.42.1.0/24", "private-b": "10.42.2.0/24"})
    empty = here.vpc("empty", "10.43.0.0/16", {})
    _groups(at, here, watched)
    _default_groups(at, here, watched, blind)
    _flow_logs(at, here, watched, blind, empty)
    _peerings(at, here, empty)
    _endpoint_services(at, here, watched)
    _transit_gateways(at)


def _groups(at: Place, here: Region, vpc: Vpc) -> None:
    large, suspect = "EC2_SG_CIDR_LARGE", "EC2_SG_CIDR_SUSPECT"

    def group(name: str, *sources: str) -> str:
        return arn(at, "security-group", here.group(vpc, name, (443, 443, sources)))

    at.finds(large, group("half-the-world", "128.0.0.0/1"), group("a-provider", "8.0.0.0/16"))
    private, office = group("private-networks", "10.0.0.0/8", "172.16.0.0/12"), group("an-office", "8.8.8.0/24")
    at.passes(large, private, office, group("everybody", "0.0.0.0/0"))
    at.finds(suspect, group("nested", "8.8.0.0/16", "8.8.8.0/24"), group("nobody", "198.51.100.0/24"))
    at.finds(suspect, group("first-of-all", "0.0.0.0/8"))
    at.passes(suspect, private, office, arn(at, "security-group", here.group(vpc, "none-in")))


def _default_groups(at: Place, here: Region, used: Vpc, unused: Vpc) -> None:
    """What a VPC's default group allows matters only if somebody has it."""
    check = "EC2_SG_DEFAULT_IN_USE"
    here.ec2.create_network_interface(SubnetId=used.subnets["private-a"], Groups=[_default(here, used)["GroupId"]])
    stripped = here.vpc("stripped", "10.44.0.0/16", {"private-a": "10.44.1.0/24"})
    bare = _default(here, stripped)
    here.ec2.revoke_security_group_ingress(GroupId=bare["GroupId"], IpPermissions=bare["IpPermissions"])
    here.ec2.revoke_security_group_egress(GroupId=bare["GroupId"], IpPermissions=bare["IpPermissionsEgress"])
    here.ec2.create_network_interface(SubnetId=stripped.subnets["private-a"], Groups=[bare["GroupId"]])
    at.finds(check, arn(at, "security-group", _default(here, used)["GroupId"]))
    at.passes(check, arn(at, "security-group", _default(here, unused)["GroupId"]))
    at.passes(check, arn(at, "security-group", bare["GroupId"]))


def _default(here: Region, vpc: Vpc) -> dict[str, Any]:
    filters = [{"Name": "vpc-id", "Values": [vpc.id]}, {"Name": "group-name", "Values": ["default"]}]
    found: dict[str, Any] = here.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
    return found


def _flow_logs(at: Place, here: Region, watched: Vpc, blind: Vpc, empty: Vpc) -> None:
    """A log of one subnet watches nobody in the other one."""
    check, bucket = "VPC_FLOW_LOGS_OFF", "truth-flow-logs"
    at.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": facts.HOME_REGION})
    for subnet in blind.subnets.values():
        group = here.group(blind, f"in-{subnet}")
        here.ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    for kind, resource in (("VPC", watched.id), ("Subnet", blind.subnets["private-a"])):
        here.ec2.create_flow_logs(
            ResourceIds=[resource], ResourceType=kind, TrafficType="ALL", LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{bucket}",
        )  # fmt: skip
    at.finds(check, arn(at, "vpc", blind.id))
    at.passes(check, arn(at, "vpc", watched.id), arn(at, "vpc", empty.id))


def _peerings(at: Place, here: Region, vpc: Vpc) -> None:
    check, kind = "VPC_PEERING_FOREIGN", "vpc-peering-connection"
    stranger = _peering(at, here, vpc, at.former)
    sister = _peering(at, here, vpc, at.twins)
    at.finds(check, arn(at, kind, stranger))
    at.passes(check, arn(at, kind, sister))
    at.passes(check, arn(at, kind, sister, twin=True), twin_account=True)


def _peering(at: Place, here: Region, vpc: Vpc, other: Account) -> str:
    """Asked for and accepted; its id."""
    theirs = at.cloud.client(other, "ec2")
    peer = theirs.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    made = here.ec2.create_vpc_peering_connection(VpcId=vpc.id, PeerVpcId=peer, PeerOwnerId=other.id)
    id_ = str(made["VpcPeeringConnection"]["VpcPeeringConnectionId"])
    theirs.accept_vpc_peering_connection(VpcPeeringConnectionId=id_)
    return id_


def _endpoint_services(at: Place, here: Region, vpc: Vpc) -> None:
    check = "VPC_ENDPOINT_SERVICE_OPEN"
    balancers = at.client("elbv2")
    for name, principals, expect in (
        ("open", ["*"], at.finds),
        ("strangers", [f"arn:aws:iam::{facts.STRANGER}:root"], at.finds),
        ("sisters", [f"arn:aws:iam::{at.twins.id}:role/app", f"arn:aws:iam::{at.problems.id}:root"], at.passes),
        ("nobodys", [], at.passes),
    ):
        made = balancers.create_load_balancer(
            Name=f"service-{name}", Type="network", Scheme="internal", Subnets=[vpc.subnets["private-b"]]
        )["LoadBalancers"][0]["LoadBalancerArn"]
        service = here.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[made])
        id_ = service["ServiceConfiguration"]["ServiceId"]
        if principals:
            here.ec2.modify_vpc_endpoint_service_permissions(ServiceId=id_, AddAllowedPrincipals=principals)
        expect(check, arn(at, "vpc-endpoint-service", id_))


def _transit_gateways(at: Place) -> None:
    for region in facts.REGIONS:
        for accepts, expect in (("enable", at.finds), ("disable", at.passes)):
            options = {"AutoAcceptSharedAttachments": accepts}
            made = at.client("ec2", region).create_transit_gateway(Options=options)["TransitGateway"]
            gateway = f"arn:aws:ec2:{region}:{at.problems.id}:transit-gateway/{made['TransitGatewayId']}"
            expect("TGW_AUTO_ACCEPT", gateway, region=region)
