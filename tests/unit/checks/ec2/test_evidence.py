"""What a finding about exposure tells whoever has to close it."""

from __future__ import annotations

from nightaudit_auditor.checks.registry import Fail
from nightaudit_auditor.snapshot import AccountData
from tests.unit.aws_network.builders import permission
from tests.unit.checks.build import REGION, account, judge, problems
from tests.unit.checks.ec2.cases import SSH, TASK, WIDE, instance, lone, world


def without_switch(data: AccountData) -> AccountData:
    """The same account before Block Public Access was collected."""
    records = [data.record(name, REGION) for name in data.operations() if "block_public_access" not in name]
    return account(*(record for record in records if record))


def outcome(check: str, data: AccountData) -> Fail:
    (found,) = problems(judge(check, data))
    assert isinstance(found.outcome, Fail)
    return found.outcome


def test_each_hop_from_the_internet_to_the_instance_is_named() -> None:
    assert outcome("EC2_PUBLIC_ADMIN_PORT", world(SSH)).evidence == {
        "paths": [
            [
                "route table rtb-1 (0.0.0.0/0 via igw-1)",
                "network ACL acl-1 (in by rule 100, out by rule 100)",
                "security group sg-1 allows tcp 22 from 0.0.0.0/0",
                "eni-1 (52.1.2.3)",
            ]
        ]
    }


def test_what_was_taken_for_granted_is_said() -> None:
    found = outcome("EC2_PUBLIC_ADMIN_PORT", without_switch(world(SSH)))
    assert found.evidence["assumptions"] == ["VPC Block Public Access was not read"]


def test_two_interfaces_are_two_paths_of_one_finding() -> None:
    host = instance()
    second = host["NetworkInterfaces"][0] | {"NetworkInterfaceId": "eni-2", "Association": {"PublicIp": "52.1.2.4"}}
    host["NetworkInterfaces"].append(second)
    paths = outcome("EC2_PUBLIC_ADMIN_PORT", world(SSH, instances=[host])).evidence["paths"]
    assert [path[-1] for path in paths] == ["eni-1 (52.1.2.3)", "eni-2 (52.1.2.4)"]


def test_a_finding_and_a_doubt_stand_side_by_side() -> None:
    unresolved = permission("tcp", 3389, 3389, PrefixListIds=[{"PrefixListId": "pl-1"}])
    evaluation = judge("EC2_PUBLIC_ADMIN_PORT", world(SSH, unresolved))
    assert [found.outcome.discriminator for found in problems(evaluation) if isinstance(found.outcome, Fail)] == [
        "tcp/22/ipv4"
    ]
    assert len(evaluation.unknown) == 1


def test_a_wide_range_swallows_only_the_ports_inside_it() -> None:
    data = world(WIDE)
    assert problems(judge("EC2_PUBLIC_DATASTORE_PORT", data)) == []
    found = outcome("EC2_PUBLIC_ALL_PORTS", data)
    assert found.detail == "TCP and UDP ports 0-65535 can be connected to from the Internet over IPv4"
    assert len(found.evidence["paths"]) == 1


def test_a_container_that_the_internet_reaches_says_whose_it_is() -> None:
    evidence = outcome("EC2_PUBLIC_ADMIN_PORT", world(SSH, **lone(**TASK))).evidence
    assert evidence["description"] == "arn:aws:ecs:eu-central-1:111111111111:attachment/0c1d"
    assert evidence["requester"] == "578734482556"
    assert "description" not in outcome("EC2_PUBLIC_ADMIN_PORT", world(SSH)).evidence


def test_a_service_that_the_internet_reaches_is_named_with_its_group() -> None:
    database = instance()["NetworkInterfaces"][0] | {"NetworkInterfaceId": "eni-rds", "RequesterId": "amazon-rds"}
    balancer = database | {"NetworkInterfaceId": "eni-elb", "Description": "ELB app/web/1", "RequesterId": "amazon-elb"}
    data = world(SSH, instances=[], network_interfaces={"NetworkInterfaces": [database, balancer]})
    found = outcome("EC2_SG_OPEN_ADMIN_PORT", data)
    assert found.evidence == {"interfaces": ["eni-elb", "eni-rds"], "reachable": ["eni-rds"]}
    assert "of which the Internet reaches eni-rds (a service's)" in found.detail
