"""Load balancers: only listeners' ports are open, and what enters there gets as far as the targets' filters let it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nightaudit_auditor.aws.network import (
    Extent,
    Interface,
    Intervals,
    Network,
    RegionAnswers,
    balancer_reach,
    cidrs,
    interface,
    internet_ports,
    listener,
    target_reach,
)
from nightaudit_auditor.aws.network.balancers import interfaces
from nightaudit_auditor.aws.network.cidrs import Family
from tests.unit.aws_network.builders import HOST, group, open_acl, permission, region, route, route_table

EVERYTHING = permission("-1", 0, 0, "0.0.0.0/0", "::/0")
PRIVATE = Interface("eni-2", "vpc-1", "subnet-2", ("sg-2",))
BALANCER: dict[str, Any] = {
    "LoadBalancerName": "web", "DNSName": "web.example.com", "Scheme": "internet-facing", "Type": "network", "VpcId": "vpc-1",
    "AvailabilityZones": [{"SubnetId": "subnet-1"}], "SecurityGroups": [], "IpAddressType": "ipv4",
}  # fmt: skip


def two_subnets(*target: dict[str, Any], **changes: Any) -> RegionAnswers:
    """subnet-1 with a route to the Internet and sg-1 that is open; subnet-2 without one, and sg-2."""
    acl = open_acl() | {"Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}
    tables = [route_table(route("0.0.0.0/0"), route("::/0")), route_table(subnet="subnet-2", name="rtb-2")]
    groups = [group(EVERYTHING), group(*target, name="sg-2")]
    return region(**{"network_acls": [acl], "route_tables": tables, "security_groups": groups, **changes})


def ports(found: Any, family: Family = "ipv4", protocol: Any = "tcp") -> Intervals:
    return internet_ports(found.exposures, family, protocol)


class TestDoor:
    def test_only_the_listeners_ports_are_open(self) -> None:
        listeners = [listener(80, "HTTP"), listener(53, "TCP_UDP")]
        found = balancer_reach(Network(two_subnets()), BALANCER | {"SecurityGroups": ["sg-1"]}, listeners)
        assert ports(found) == Intervals(((53, 53), (80, 80)))
        assert ports(found, protocol="udp") == Intervals(((53, 53),))

    def test_a_network_load_balancer_without_groups_is_open_and_known_to_be(self) -> None:
        found = balancer_reach(Network(two_subnets()), BALANCER, [listener(22, "TCP")])
        assert (ports(found), found.unread) == (Intervals(((22, 22),)), ())

    def test_another_one_without_groups_is_not_known(self) -> None:
        found = balancer_reach(Network(two_subnets()), BALANCER | {"Type": "application"}, [listener(80, "HTTP")])
        assert (ports(found), found.unread) == (Intervals(), ("ec2.describe_security_groups",))

    @pytest.mark.parametrize(
        ("changes", "ipv4", "ipv6"),
        [
            ({}, True, False),
            ({"IpAddressType": "dualstack"}, True, True),
            ({"IpAddressType": "dualstack-without-public-ipv4"}, False, True),
            ({"Scheme": "internal", "IpAddressType": "dualstack"}, False, False),
            ({"AvailabilityZones": [{"SubnetId": "subnet-2"}]}, False, False),
        ],
    )
    def test_it_has_the_addresses_of_its_scheme_and_type(self, changes: dict[str, Any], ipv4: bool, ipv6: bool) -> None:
        found = balancer_reach(Network(two_subnets()), BALANCER | changes, [listener(22, "TCP")])
        assert (bool(ports(found)), bool(ports(found, "ipv6"))) == (ipv4, ipv6)

    def test_a_classic_one_says_its_vpc_and_subnets_by_other_names(self) -> None:
        answer = {"LoadBalancerName": "old", "Scheme": "internet-facing", "VPCId": "vpc-1", "Subnets": ["subnet-1"]}
        assert [(one.vpc, one.subnet, one.unfiltered) for one in interfaces(answer)] == [("vpc-1", "subnet-1", False)]

    def test_a_protocol_that_is_not_known_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="SCTP"):
            listener(1, "SCTP")

    def test_the_interface_of_one_without_groups_says_so(self) -> None:
        answer = {"NetworkInterfaceId": "eni-9", "InterfaceType": "network_load_balancer", "Groups": []}
        assert interface(answer).unfiltered
        assert not interface(answer | {"Groups": [{"GroupId": "sg-1"}]}).unfiltered


class TestBehind:
    def reach(self, answers: RegionAnswers, port: int = 5432, target: Interface = PRIVATE) -> Any:
        network, entered = Network(answers), listener(15432, "TCP")
        return target_reach(network, balancer_reach(network, BALANCER, [entered]), entered, target, port, ["ipv4"])

    def test_a_private_target_is_on_the_internet(self) -> None:
        found = self.reach(two_subnets(EVERYTHING))
        assert ports(found) == Intervals(((5432, 5432),))
        assert found.exposures[0].path[0] == "a load balancer's port 15432"

    def test_its_own_group_still_counts(self) -> None:
        assert not self.reach(two_subnets(permission("tcp", 5432, 5432, "10.0.0.0/16"))).possible

    def test_so_does_its_network_acl(self) -> None:
        assert not self.reach(
            two_subnets(EVERYTHING, network_acls=[open_acl(), open_acl("subnet-2") | {"Entries": []}])
        ).possible

    def test_what_does_not_reach_the_load_balancer_does_not_reach_it(self) -> None:
        assert not self.reach(two_subnets(EVERYTHING, internet_gateways=[])).possible

    def test_what_is_unread_before_the_load_balancer_is_unknown_behind_it(self) -> None:
        found = self.reach(two_subnets(EVERYTHING, route_tables=None))
        assert (found.exposures, found.unread) == ((), ("ec2.describe_route_tables",))
        assert found.possible


class TestPassedOn:
    SOURCES = Extent.exactly(cidrs.PUBLIC["ipv4"], "an accelerator")

    def test_neither_address_nor_route_is_needed(self) -> None:
        found = Network(two_subnets(EVERYTHING)).reach(PRIVATE, {"ipv4": self.SOURCES})
        assert ports(found) == Intervals(((0, 65535),))
        assert not ports(found, "ipv6")

    def test_only_the_sources_that_are_passed_on_arrive(self) -> None:
        few = Extent.exactly(cidrs.addresses("ipv4", ["203.0.113.0/24"]))
        found = Network(two_subnets(EVERYTHING)).reach(PRIVATE, {"ipv4": few})
        assert {one.sources.size for one in found.exposures} == {256}

    def test_what_never_accepts_does_not_accept_this_either(self) -> None:
        assert (
            not Network(two_subnets(EVERYTHING))
            .reach(replace(PRIVATE, type="nat_gateway"), {"ipv4": self.SOURCES})
            .possible
        )


def test_a_group_of_another_vpc_filters_where_it_is_associated() -> None:
    elsewhere = group(permission("tcp", 22, 22, "0.0.0.0/0"), name="sg-9") | {"VpcId": "vpc-9"}
    found = Network(region(security_groups=[elsewhere])).reach(replace(HOST, groups=("sg-9",)))
    assert ports(found) == Intervals(((22, 22),))
