"""Who may open a connection: every hop can prevent it, and nothing that is missing pretends to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nightaudit_auditor.aws.network import Interface, Intervals, Network, RegionAnswers, internet_ports
from nightaudit_auditor.aws.network.cidrs import Family
from tests.unit.aws_network.builders import (
    GATEWAY,
    HOST,
    acl_entry,
    group,
    open_acl,
    permission,
    region,
    route,
    route_table,
)

SSH = Intervals(((22, 22),))
NONE = Intervals()


def exposed(answers: RegionAnswers, interface: Interface = HOST, family: Family = "ipv4") -> Intervals:
    return internet_ports(Network(answers).reach(interface).exposures, family, "tcp")


def possible(answers: RegionAnswers, interface: Interface = HOST, family: Family = "ipv4") -> Intervals:
    return internet_ports(Network(answers).reach(interface).possible, family, "tcp")


def only(*entries: dict[str, Any]) -> dict[str, Any]:
    return open_acl() | {"Entries": list(entries)}


IN = acl_entry(100, "allow", "0.0.0.0/0", egress=False)
OUT = acl_entry(100, "allow", "0.0.0.0/0", egress=True)


class TestOpen:
    def test_the_path_names_each_hop(self) -> None:
        (exposure, *_) = Network(region()).reach(HOST).exposures
        assert (exposure.family, exposure.protocol, exposure.ports) == ("ipv4", "tcp", SSH)
        assert exposure.path == (
            "route table rtb-1 (0.0.0.0/0 via igw-1)",
            "network ACL acl-1 (in by rule 100, out by rule 100)",
            "security group sg-1 allows tcp 22 from 0.0.0.0/0",
            "eni-1 (52.1.2.3)",
        )

    def test_ipv6_needs_no_association_and_is_a_door_of_its_own(self) -> None:
        only_ipv6 = replace(HOST, public_ipv4=())
        assert exposed(region(), only_ipv6) == NONE
        assert exposed(region(), only_ipv6, "ipv6") == SSH

    @pytest.mark.parametrize("protocol", ["tcp", "6", "-1"])
    def test_a_rule_names_its_protocol_by_name_number_or_minus_one(self, protocol: str) -> None:
        answers = region(security_groups=[group(permission(protocol, 22, 22, "0.0.0.0/0"))])
        assert exposed(answers) == (Intervals(((0, 65535),)) if protocol == "-1" else SSH)

    def test_split_halves_are_the_internet(self) -> None:
        halves = [
            group(permission("tcp", 22, 22, "0.0.0.0/1")),
            group(permission("tcp", 22, 22, "128.0.0.0/1"), name="sg-2"),
        ]
        assert exposed(region(security_groups=halves), replace(HOST, groups=("sg-1", "sg-2"))) == SSH

    def test_more_specific_public_routes_are_a_way_in_too(self) -> None:
        table = route_table(route("0.0.0.0/1"), route("128.0.0.0/1"), route("0.0.0.0/0", TransitGatewayId="tgw-1"))
        assert exposed(region(route_tables=[table])) == SSH

    def test_a_static_route_goes_before_a_propagated_one(self) -> None:
        learned = route("0.0.0.0/0", GatewayId="vgw-1") | {"Origin": "EnableVgwRoutePropagation"}
        assert exposed(region(route_tables=[route_table(learned, route("0.0.0.0/0"))])) == SSH

    def test_a_prefix_list_is_what_its_entries_say(self) -> None:
        rules = [group(permission(PrefixListIds=[{"PrefixListId": "pl-1"}]))]
        assert exposed(region(security_groups=rules, prefix_lists={"pl-1": ["0.0.0.0/1", "128.0.0.0/1"]})) == SSH
        assert possible(region(security_groups=rules, prefix_lists={"pl-1": ["198.51.100.0/24"]})) == NONE

    def test_a_route_may_be_a_prefix_list_too(self) -> None:
        table = route_table(route("pl-1", GatewayId="igw-1"))
        assert exposed(region(route_tables=[table], prefix_lists={"pl-1": ["0.0.0.0/0"]})) == SSH

    def test_answers_may_leave_by_any_port_that_the_client_chose(self) -> None:
        egress = acl_entry(100, "allow", "0.0.0.0/0", egress=True, protocol="6", ports=(443, 443))
        assert exposed(region(network_acls=[only(IN, egress)])) == SSH

    def test_a_named_source_is_reported_with_its_addresses_and_is_not_the_internet(self) -> None:
        answers = region(security_groups=[group(permission("tcp", 22, 22, "203.0.113.7/32"))])
        (exposure,) = Network(answers).reach(HOST).exposures
        assert exposure.sources.size == 1
        assert exposed(answers) == NONE


class TestShut:
    """Each of these is proven, with everything else wide open: no exposure, and none possible."""

    @pytest.mark.parametrize(
        ("why", "changes"),
        [
            ("no Internet gateway", {"internet_gateways": []}),
            ("the gateway is another VPC's", {"internet_gateways": [GATEWAY | {"Attachments": [{"VpcId": "vpc-2", "State": "available"}]}]}),
            ("the gateway is detached", {"internet_gateways": [GATEWAY | {"Attachments": [{"VpcId": "vpc-1", "State": "detached"}]}]}),
            ("no default route", {"route_tables": [route_table()]}),
            ("a blackhole", {"route_tables": [route_table(route("0.0.0.0/0", "blackhole"))]}),
            ("a NAT gateway", {"route_tables": [route_table(route("0.0.0.0/0", NatGatewayId="nat-1"))]}),
            ("a carrier gateway", {"route_tables": [route_table(route("0.0.0.0/0", CarrierGatewayId="cagw-1"))]}),
            ("halves that leave elsewhere", {"route_tables": [route_table(route("0.0.0.0/0"), route("0.0.0.0/1", NatGatewayId="nat-1"), route("128.0.0.0/1", NatGatewayId="nat-1"))]}),
            ("explicit association beats the open main table", {"route_tables": [route_table(route("0.0.0.0/0"), main=True, name="rtb-main"), route_table()]}),
            ("another VPC's main table", {"route_tables": [route_table(route("0.0.0.0/0"), main=True) | {"VpcId": "vpc-2"}, route_table(main=True)]}),
            ("no inbound rule", {"network_acls": [only(OUT)]}),
            ("no outbound rule", {"network_acls": [only(IN)]}),
            ("a lower number denies", {"network_acls": [only(acl_entry(90, "deny", "0.0.0.0/0", egress=False, protocol="6", ports=(22, 22)), IN, OUT)]}),
            ("the deny of both halves", {"network_acls": [only(acl_entry(10, "deny", "0.0.0.0/1", egress=False), acl_entry(20, "deny", "128.0.0.0/1", egress=False), IN, OUT)]}),
            ("answers cannot leave", {"network_acls": [only(acl_entry(90, "deny", "0.0.0.0/0", egress=True, protocol="6"), IN, OUT)]}),
            ("no rule in the group", {"security_groups": [group()]}),
            ("a group as source", {"security_groups": [group(permission(UserIdGroupPairs=[{"GroupId": "sg-1"}]))]}),
            ("UDP only", {"security_groups": [group(permission("udp", 22, 22, "0.0.0.0/0"))]}),
            ("private ranges", {"security_groups": [group(permission("tcp", 22, 22, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))]}),
            ("Block Public Access, ingress", {"public_access": {"InternetGatewayBlockMode": "block-ingress"}}),
            ("Block Public Access, both ways", {"public_access": {"InternetGatewayBlockMode": "block-bidirectional"}}),
        ],
    )  # fmt: skip
    def test_one_closed_hop_suffices(self, why: str, changes: dict[str, Any]) -> None:
        assert exposed(region(**changes)) == NONE, why
        assert possible(region(**changes)) == NONE, why

    def test_an_egress_only_gateway_lets_nobody_in(self) -> None:
        answers = region(route_tables=[route_table(route("::/0", EgressOnlyInternetGatewayId="eigw-1"))])
        assert possible(answers, family="ipv6") == NONE

    def test_without_a_public_address_nothing_else_matters(self) -> None:
        private = replace(HOST, public_ipv4=(), ipv6=())
        assert Network(RegionAnswers()).reach(private).possible == ()

    @pytest.mark.parametrize("kind", ["nat_gateway", "natGateway", "vpc_endpoint", "transit_gateway", "lambda"])
    def test_some_interfaces_never_accept(self, kind: str) -> None:
        assert Network(region()).reach(replace(HOST, type=kind)).possible == ()


class TestOrder:
    def test_an_acl_allow_before_the_deny_wins(self) -> None:
        acl = only(acl_entry(200, "deny", "0.0.0.0/0", egress=False), IN, OUT)
        assert exposed(region(network_acls=[acl])) == SSH

    def test_a_denied_minority_leaves_the_internet(self) -> None:
        acl = only(acl_entry(90, "deny", "52.0.0.0/8", egress=False), IN, OUT)
        (exposure, *_) = Network(region(network_acls=[acl])).reach(HOST).exposures
        assert 52 << 24 not in exposure.sources
        assert exposed(region(network_acls=[acl])) == SSH

    def test_the_same_source_must_pass_both_directions(self) -> None:
        acl = only(acl_entry(1, "allow", "0.0.0.0/1", egress=False), acl_entry(1, "allow", "128.0.0.0/1", egress=True))
        assert Network(region(network_acls=[acl])).reach(HOST).exposures == ()

    def test_adjacent_rules_make_one_range(self) -> None:
        rules = [group(permission("tcp", 20, 21, "0.0.0.0/0"), permission("tcp", 22, 30, "0.0.0.0/0"))]
        (exposure,) = Network(region(security_groups=rules)).reach(HOST).exposures
        assert exposure.ports == Intervals(((20, 30),))


class TestBlockPublicAccess:
    BLOCK = {"InternetGatewayBlockMode": "block-bidirectional"}  # noqa: RUF012

    @pytest.mark.parametrize("what", ["vpc/vpc-1", "subnet/subnet-1"])
    def test_an_exclusion_opens_again(self, what: str) -> None:
        assert exposed(region(public_access=self.BLOCK, public_access_exclusions=[self.exclusion(what)])) == SSH

    @pytest.mark.parametrize(
        "exclusion",
        [
            {"InternetGatewayExclusionMode": "allow-egress"},
            {"State": "delete-complete"},
            {"ResourceArn": "arn:aws:ec2:eu-central-1:111111111111:vpc/vpc-11"},
        ],
    )
    def test_only_a_bidirectional_one_of_this_place_in_force_does(self, exclusion: dict[str, str]) -> None:
        exclusions = [self.exclusion("vpc/vpc-1") | exclusion]
        assert possible(region(public_access=self.BLOCK, public_access_exclusions=exclusions)) == NONE

    def test_unread_exclusions_leave_it_open(self) -> None:
        reach = Network(region(public_access=self.BLOCK, public_access_exclusions=None)).reach(HOST)
        assert reach.exposures == ()
        assert reach.possible
        assert reach.unread == ("ec2.describe_vpc_block_public_access_exclusions",)

    def test_an_unread_switch_is_taken_for_off_and_says_so(self) -> None:
        reach = Network(region(public_access=None)).reach(HOST)
        assert reach.exposures
        assert reach.assumptions == ("VPC Block Public Access was not read",)

    @staticmethod
    def exclusion(what: str) -> dict[str, str]:
        return {
            "InternetGatewayExclusionMode": "allow-bidirectional", "State": "create-complete",
            "ResourceArn": f"arn:aws:ec2:eu-central-1:111111111111:{what}",
        }  # fmt: skip


class TestInspection:
    """What an appliance in the path lets through is not in any describe answer: possible, never proven."""

    EDGE = {  # noqa: RUF012
        "RouteTableId": "rtb-edge", "VpcId": "vpc-1", "Associations": [{"Main": False, "GatewayId": "igw-1"}],
        "Routes": [{"DestinationCidrBlock": "10.0.0.0/24", "GatewayId": "vpce-1", "State": "active"}],
    }  # fmt: skip

    def test_a_firewall_between_gateway_and_subnet(self) -> None:
        tables = [route_table(route("0.0.0.0/0", GatewayId="vpce-1")), self.EDGE]
        assert exposed(region(route_tables=tables)) == NONE
        assert possible(region(route_tables=tables)) == SSH

    def test_a_gateway_table_that_sends_this_subnet_to_an_appliance(self) -> None:
        tables = [route_table(route("0.0.0.0/0")), self.EDGE]
        assert exposed(region(route_tables=tables)) == NONE
        assert possible(region(route_tables=tables)) == SSH
        elsewhere = replace(HOST, vpc_addresses=("10.0.9.9",))
        assert exposed(region(route_tables=tables), elsewhere) == SSH

    def test_an_endpoint_without_an_edge_route_is_no_way_in(self) -> None:
        assert possible(region(route_tables=[route_table(route("0.0.0.0/0", GatewayId="vpce-1"))])) == NONE


class TestMissing:
    @pytest.mark.parametrize(
        ("missing", "operation"),
        [
            ("route_tables", "ec2.describe_route_tables"),
            ("network_acls", "ec2.describe_network_acls"),
            ("security_groups", "ec2.describe_security_groups"),
            ("internet_gateways", "ec2.describe_internet_gateways"),
        ],
    )
    def test_what_was_not_read_is_neither_open_nor_shut(self, missing: str, operation: str) -> None:
        reach = Network(region(**{missing: None})).reach(HOST)
        assert reach.exposures == ()
        assert internet_ports(reach.possible, "ipv4", "tcp")
        assert operation in reach.unread

    @pytest.mark.parametrize("missing", ["route_tables", "network_acls", "internet_gateways"])
    def test_a_closed_group_stays_closed_whatever_is_missing(self, missing: str) -> None:
        assert possible(region(security_groups=[group()], **{missing: None})) == NONE

    @pytest.mark.parametrize("missing", ["route_tables", "network_acls", "security_groups"])
    def test_a_vpc_without_gateway_stays_closed_whatever_is_missing(self, missing: str) -> None:
        assert possible(region(internet_gateways=[], **{missing: None})) == NONE

    def test_a_group_acl_or_table_that_the_list_does_not_hold_is_unread(self) -> None:
        assert possible(region(security_groups=[group(name="sg-9")])) == Intervals(((0, 65535),))
        assert possible(region(network_acls=[open_acl("subnet-9")])) == SSH
        assert possible(region(route_tables=[route_table(subnet="subnet-9")])) == SSH

    @pytest.mark.parametrize("state", ["active", "blackhole"])
    def test_a_route_whose_prefix_list_was_not_read_may_lead_anybody_elsewhere(self, state: str) -> None:
        tables = [route_table(route("0.0.0.0/0"), route("pl-1", state, NatGatewayId="nat-1"))]
        assert exposed(region(route_tables=tables)) == NONE
        assert possible(region(route_tables=tables)) == SSH

    def test_a_gateway_endpoints_prefix_list_is_awss_own(self) -> None:
        tables = [route_table(route("0.0.0.0/0"), route("pl-1", GatewayId="vpce-1"))]
        assert exposed(region(route_tables=tables)) == SSH

    def test_an_unresolvable_prefix_list_spoils_its_own_rule_only(self) -> None:
        mixed = [
            group(
                permission("tcp", 22, 22, "0.0.0.0/0"),
                permission("tcp", 3389, 3389, PrefixListIds=[{"PrefixListId": "pl-1"}]),
            )
        ]
        reach = Network(region(security_groups=mixed)).reach(HOST)
        assert internet_ports(reach.exposures, "ipv4", "tcp") == SSH
        assert internet_ports(reach.possible, "ipv4", "tcp") == Intervals(((22, 22), (3389, 3389)))
        assert reach.unread == ("ec2.get_managed_prefix_list_entries",)

    def test_an_unresolvable_list_behind_a_gateway_endpoint_is_aws_itself(self) -> None:
        table = route_table(route("0.0.0.0/0"), route("pl-s3", GatewayId="vpce-1"))
        assert exposed(region(route_tables=[table])) == SSH

    def test_an_unresolvable_route_elsewhere_may_take_the_answers_away(self) -> None:
        table = route_table(route("0.0.0.0/0"), route("pl-1", TransitGatewayId="tgw-1"))
        assert exposed(region(route_tables=[table])) == NONE
        assert possible(region(route_tables=[table])) == SSH

    def test_an_interface_without_a_group_is_filtered_by_something_unseen(self) -> None:
        assert exposed(region(), replace(HOST, groups=())) == NONE
        assert possible(region(), replace(HOST, groups=())) == Intervals(((0, 65535),))


class TestMalformed:
    def test_a_bad_cidr_is_an_error_not_a_closed_port(self) -> None:
        with pytest.raises(ValueError, match=r"300\.0\.0\.0/8"):
            exposed(region(security_groups=[group(permission("tcp", 22, 22, "300.0.0.0/8"))]))

    def test_so_is_a_bad_port_range(self) -> None:
        with pytest.raises(ValueError, match="0-65535"):
            exposed(region(security_groups=[group(permission("tcp", 22, 70000, "0.0.0.0/0"))]))
