"""Where ranges begin and end, and what is said of a path: the places at which a rule is easily read one too far."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.network import Exposure, Intervals, Network, RegionAnswers, cidrs
from nightaudit_auditor.aws.network.ports import rule_ports
from tests.unit.aws_network.builders import HOST, acl_entry, group, open_acl, permission, region, route, route_table

ALL = Intervals(((0, 65535),))
EVERYTHING = [group(permission("-1", 0, 0, "0.0.0.0/0", "::/0"))]


def _tcp(answers: RegionAnswers, family: str = "ipv4") -> list[Exposure]:
    return [e for e in Network(answers).reach(HOST).exposures if (e.family, e.protocol) == (family, "tcp")]


def _acl(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    return [open_acl() | {"Entries": [*open_acl()["Entries"], *entries]}]


class TestPorts:
    @pytest.mark.parametrize(("first", "last"), [(22, 22), (0, 22), (1024, 65535), (0, 65535), (65535, 65535)])
    def test_what_an_acl_denies_is_denied_from_its_first_port_to_its_last(self, first: int, last: int) -> None:
        deny = acl_entry(10, "deny", "0.0.0.0/0", egress=False, protocol="6", ports=(first, last))
        found = Intervals.of(
            pair for e in _tcp(region(network_acls=_acl(deny), security_groups=EVERYTHING)) for pair in e.ports.ranges
        )
        assert found == ALL - Intervals(((first, last),))

    @pytest.mark.parametrize(("first", "last"), [(22, 22), (0, 0), (65535, 65535), (20, 30)])
    def test_what_a_group_allows_is_allowed_from_its_first_port_to_its_last(self, first: int, last: int) -> None:
        (found,) = _tcp(region(security_groups=[group(permission("tcp", first, last, "0.0.0.0/0"))]))
        assert found.ports == Intervals(((first, last),))

    @pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 2), (65535, 65535)])
    def test_one_port_for_answers_is_enough(self, first: int, last: int) -> None:
        acl = [open_acl() | {"Entries": [
            acl_entry(100, "allow", "0.0.0.0/0", egress=False),
            acl_entry(100, "allow", "0.0.0.0/0", egress=True, protocol="6", ports=(first, last)),
        ]}]  # fmt: skip
        assert _tcp(region(network_acls=acl))

    def test_but_nobody_listens_for_one_on_port_0(self) -> None:
        acl = [open_acl() | {"Entries": [
            acl_entry(100, "allow", "0.0.0.0/0", egress=False),
            acl_entry(100, "allow", "0.0.0.0/0", egress=True, protocol="6", ports=(0, 0)),
        ]}]  # fmt: skip
        assert not _tcp(region(network_acls=acl))

    @pytest.mark.parametrize(("first", "last"), [(None, None), (-1, -1), (-1, 22), (22, -1), (None, 22), (22, None)])
    def test_a_range_that_is_left_out_is_every_port(self, first: int | None, last: int | None) -> None:
        assert rule_ports("tcp", first, last) == ALL

    def test_a_list_of_rules_may_be_left_out(self) -> None:
        assert not Network(region(security_groups=[{"GroupId": "sg-1"}])).reach(HOST).possible
        bare = {key: value for key, value in open_acl().items() if key != "Entries"}
        assert not Network(region(network_acls=[bare])).reach(HOST).possible
        table = {key: value for key, value in route_table().items() if key != "Routes"}
        assert not Network(region(route_tables=[table])).reach(HOST).possible


class TestAddresses:
    @pytest.mark.parametrize(
        ("cidr", "length"), [("10.0.0.1/8", 8), ("0.0.0.0/0", 0), ("2001:db8::1/32", 32), (" 10.0.0.0/8", 8)]
    )
    def test_the_length_of_a_prefix_whatever_its_host_bits(self, cidr: str, length: int) -> None:
        assert cidrs.prefix_length(cidr) == length


class TestThePath:
    def test_all_traffic_is_called_that(self) -> None:
        (found,) = _tcp(region(security_groups=EVERYTHING))
        assert found.path[2] == "security group sg-1 allows all traffic from 0.0.0.0/0"

    def test_an_ipv6_route_by_its_destination(self) -> None:
        (found,) = _tcp(region(), "ipv6")
        assert found.path[0] == "route table rtb-1 (::/0 via igw-1)"
        assert found.path[-1] == "eni-1 (2a05:d014::1)"

    def test_the_rules_of_an_acl_in_their_order(self) -> None:
        more = [acl_entry(number, "allow", "0.0.0.0/1", egress=egress) for number in (7, 5) for egress in (False, True)]
        halves = [entry for entry in more if entry["RuleNumber"] == 5]
        (found,) = _tcp(region(network_acls=_acl(*halves)))
        assert found.path[1] == "network ACL acl-1 (in by rule 5, 100, out by rule 5, 100)"

    def test_ranges_that_join_keep_each_hop_once(self) -> None:
        rules = [group(permission("tcp", 20, 21, "0.0.0.0/0"), permission("tcp", 22, 22, "0.0.0.0/0"))]
        (found,) = _tcp(region(security_groups=rules))
        assert found.path == (
            "route table rtb-1 (0.0.0.0/0 via igw-1)",
            "network ACL acl-1 (in by rule 100, out by rule 100)",
            "security group sg-1 allows tcp 20-21 from 0.0.0.0/0",
            "security group sg-1 allows tcp 22 from 0.0.0.0/0",
            "eni-1 (52.1.2.3)",
        )


class TestInspection:
    def _edge(self, **changes: Any) -> list[dict[str, Any]]:
        edge = {"DestinationIpv6CidrBlock": "2a05:d014::/56", "GatewayId": "vpce-1", "State": "active"} | changes
        table = {"RouteTableId": "rtb-edge", "Associations": [{"GatewayId": "igw-1"}], "Routes": [edge]}
        return [route_table(route("0.0.0.0/0"), route("::/0")), table]

    def test_of_ipv6_is_told_by_the_ipv6_route(self) -> None:
        answers = region(route_tables=self._edge())
        assert _tcp(answers)
        assert not _tcp(answers, "ipv6")
        assert Network(answers).reach(HOST).unread == ("the policy of the appliance",)

    @pytest.mark.parametrize(
        "changes", [{"State": "blackhole"}, {"GatewayId": "local"}, {"DestinationIpv6CidrBlock": "2a05:ffff::/56"}]
    )
    def test_a_route_that_leads_nowhere_home_or_elsewhere_inspects_nothing(self, changes: dict[str, str]) -> None:
        assert _tcp(region(route_tables=self._edge(**changes)), "ipv6")
