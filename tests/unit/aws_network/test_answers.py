"""What is taken from the recorded answers of a region, and that nothing is taken for read that was not."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.aws.network import Network, RegionAnswers, network_of, region_answers
from tests.unit.aws_network.builders import GATEWAY, HOST, group, open_acl, permission, route, route_table
from tests.unit.checks.build import REGION, account, denied, failed, ok

ELSEWHERE = "us-east-1"
LISTS: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    ("route_tables", "ec2.describe_route_tables", "RouteTables", [route_table(route("0.0.0.0/0"))]),
    ("network_acls", "ec2.describe_network_acls", "NetworkAcls", [open_acl()]),
    ("security_groups", "ec2.describe_security_groups", "SecurityGroups", [group(permission("tcp", 22, 22, "0.0.0.0/0"))]),
    ("internet_gateways", "ec2.describe_internet_gateways", "InternetGateways", [GATEWAY]),
    (
        "public_access_exclusions", "ec2.describe_vpc_block_public_access_exclusions", "VpcBlockPublicAccessExclusions",
        [{"State": "create-complete"}],
    ),
]  # fmt: skip
OPTIONS, ENTRIES = "ec2.describe_vpc_block_public_access_options", "ec2.get_managed_prefix_list_entries"


@pytest.mark.parametrize(("name", "operation", "key", "items"), LISTS, ids=[name for name, *_ in LISTS])
class TestLists:
    def test_its_items(self, name: str, operation: str, key: str, items: list[dict[str, Any]]) -> None:
        found = region_answers(account(ok(operation, REGION, {key: items})), REGION)
        assert found == RegionAnswers(**{name: items})

    def test_an_answer_without_items_is_an_empty_list(self, name: str, operation: str, key: str, items: Any) -> None:
        found = region_answers(account(ok(operation, REGION, {})), REGION)
        assert getattr(found, name) == []

    def test_what_could_not_be_read_is_none(self, name: str, operation: str, key: str, items: Any) -> None:
        for record in (denied(operation, REGION), ok(operation, ELSEWHERE, {key: items})):
            assert region_answers(account(record, regions=(REGION, ELSEWHERE)), REGION) == RegionAnswers()


class TestBlockPublicAccess:
    def test_its_mode(self) -> None:
        options = {"InternetGatewayBlockMode": "block-ingress"}
        found = region_answers(account(ok(OPTIONS, REGION, {"VpcBlockPublicAccessOptions": options})), REGION)
        assert found == RegionAnswers(public_access=options)

    def test_a_region_that_never_used_it(self) -> None:
        assert region_answers(account(ok(OPTIONS, REGION, {})), REGION).public_access == {}

    def test_one_that_does_not_answer(self) -> None:
        assert region_answers(account(denied(OPTIONS, REGION)), REGION).public_access is None


class TestPrefixLists:
    def test_those_of_this_region_that_were_read_by_their_ids(self) -> None:
        records = (
            ok(ENTRIES, REGION, {"Entries": [{"Cidr": "203.0.113.0/24"}, {"Cidr": "198.51.100.0/24"}]}, PrefixListId="pl-1"),
            ok(ENTRIES, REGION, {}, PrefixListId="pl-2"),
            denied(ENTRIES, REGION, PrefixListId="pl-3"),
            failed(ENTRIES, REGION, PrefixListId="pl-4"),
            ok(ENTRIES, ELSEWHERE, {"Entries": [{"Cidr": "0.0.0.0/0"}]}, PrefixListId="pl-5"),
        )  # fmt: skip
        found = region_answers(account(*records, regions=(REGION, ELSEWHERE)), REGION)
        assert found.prefix_lists == {"pl-1": ["203.0.113.0/24", "198.51.100.0/24"], "pl-2": []}


def test_the_network_of_a_region_is_built_once_from_its_answers() -> None:
    records = [ok(operation, REGION, {key: items}) for _, operation, key, items in LISTS]
    data = account(*records, ok(OPTIONS, REGION, {}), regions=(REGION, ELSEWHERE))
    network = network_of(data, REGION)
    assert network is network_of(data, REGION)
    assert network.reach(HOST) == Network(region_answers(data, REGION)).reach(HOST)
    assert network.reach(HOST).exposures
    assert network_of(data, ELSEWHERE).answers == RegionAnswers()
