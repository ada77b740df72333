"""Global Accelerator: a way in without a public address, through an attached gateway and the endpoint's own filters."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.network import Interface, Intervals, Network, Reach, RegionAnswers, internet_ports
from nightaudit_auditor.aws.network.accelerators import ENDPOINT_GROUPS, LIST, LISTENERS, accelerated_reach
from nightaudit_auditor.aws.network.cidrs import Family
from nightaudit_auditor.snapshot import SERVICE_NOT_IN_REGION, Outcome, Record
from tests.unit.aws_network.builders import group, permission, region, route_table
from tests.unit.checks.build import account, denied, failed, ok

PRIVATE = Interface("eni-1", "vpc-1", "subnet-1", ("sg-1",))
OPEN = region(route_tables=[route_table()], security_groups=[group(permission("-1", 0, 0, "0.0.0.0/0", "::/0"))])


def world(ports: tuple[int, int] = (22, 22), protocol: str = "TCP", **more: Any) -> tuple[Record, ...]:
    """An accelerator with one listener; `more`: of the accelerator, or `endpoint` and `group` of theirs."""
    endpoint = {"EndpointId": "i-1", **more.pop("endpoint", {})}
    groups = {"EndpointGroupArn": "g", "EndpointDescriptions": [endpoint], **more.pop("group", {})}
    listener = {"ListenerArn": "l", "Protocol": protocol, "PortRanges": [{"FromPort": ports[0], "ToPort": ports[1]}]}
    found = {"AcceleratorArn": "a", "Name": "edge", "Enabled": True, "IpAddressType": "IPV4", **more}
    return (
        ok(LIST, answer={"Accelerators": [found]}),
        ok(LISTENERS, answer={"Listeners": [listener]}, AcceleratorArn="a"),
        ok(ENDPOINT_GROUPS, answer={"EndpointGroups": [groups]}, ListenerArn="l"),
    )


def reach(*records: Record, answers: RegionAnswers = OPEN, endpoint: str = "i-1") -> Reach:
    return accelerated_reach(account(*records), Network(answers), endpoint, PRIVATE)


def ports(found: Reach, family: Family = "ipv4", protocol: Any = "tcp") -> Intervals:
    return internet_ports(found.exposures, family, protocol)


def test_a_private_endpoint_is_open_on_the_listeners_ports() -> None:
    found = reach(*world((80, 90)))
    assert ports(found) == Intervals(((80, 90),))
    assert not ports(found, protocol="udp")
    assert found.exposures[0].path[0] == "accelerator edge"


def test_ports_are_overridden_one_by_one() -> None:
    overrides = {"PortOverrides": [{"ListenerPort": 80, "EndpointPort": 8080}]}
    assert ports(reach(*world((80, 81), group=overrides))) == Intervals(((81, 81), (8080, 8080)))


def test_ipv6_comes_by_a_dual_stack_accelerator_only() -> None:
    assert not ports(reach(*world()), "ipv6")
    assert ports(reach(*world(IpAddressType="DUAL_STACK")), "ipv6") == Intervals(((22, 22),))


@pytest.mark.parametrize(
    ("why", "answers"),
    [
        ("no Internet gateway in the VPC", region(route_tables=[route_table()], internet_gateways=[])),
        ("a closed group", region(security_groups=[group()])),
        ("Block Public Access", region(public_access={"InternetGatewayBlockMode": "block-bidirectional"})),
    ],
)
def test_one_closed_hop_suffices(why: str, answers: RegionAnswers) -> None:
    assert not reach(*world(), answers=answers).possible, why


def test_only_enabled_accelerators_of_this_endpoint_count() -> None:
    assert reach(*world(Enabled=False)) == Reach()
    assert reach(*world(), endpoint="i-2") == Reach()


def test_an_endpoint_that_sees_the_accelerators_addresses_may_be_open() -> None:
    balancer = {"EndpointId": "arn:lb", "ClientIPPreservationEnabled": False}
    found = reach(*world(endpoint=balancer), endpoint="arn:lb")
    assert (found.exposures, found.unread) == ((), ("the accelerator's own addresses",))
    assert found.possible
    assert ports(reach(*world(endpoint=balancer | {"ClientIPPreservationEnabled": True}), endpoint="arn:lb"))


def test_an_instance_always_sees_the_clients() -> None:
    assert ports(reach(*world(endpoint={"ClientIPPreservationEnabled": False})))


def test_what_could_not_be_read_may_be_anywhere_that_the_filters_let_in() -> None:
    found = reach(denied(LIST))
    assert (found.exposures, found.unread) == ((), (LIST,))
    assert found.possible
    assert not reach(denied(LIST), answers=region(security_groups=[group()])).possible


def test_a_group_that_could_not_be_read_leaves_the_others_proven() -> None:
    (accelerators, listeners, groups) = world()
    two = {
        "Listeners": [*(listeners.answer or {})["Listeners"], {"ListenerArn": "m", "Protocol": "TCP", "PortRanges": []}]
    }
    found = reach(
        accelerators, ok(LISTENERS, answer=two, AcceleratorArn="a"), groups, denied(ENDPOINT_GROUPS, ListenerArn="m")
    )
    assert ports(found) == Intervals(((22, 22),))
    assert ENDPOINT_GROUPS in found.unread


def test_a_partition_without_the_service_has_no_accelerators() -> None:
    assert reach(failed(LIST, outcome=Outcome.SKIPPED, code=SERVICE_NOT_IN_REGION)) == Reach()


def test_a_gateway_that_was_not_read_is_not_known() -> None:
    answers = region(internet_gateways=None, security_groups=[group(permission("tcp", 22, 22, "0.0.0.0/0"))])
    found = reach(*world(), answers=answers)
    assert (found.exposures, found.unread) == ((), ("ec2.describe_internet_gateways",))
