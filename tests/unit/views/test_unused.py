"""What nobody uses, what only looks so, and what nobody can say."""

from __future__ import annotations

from typing import Any

import pytest

from nightaudit_auditor.snapshot import AccountData, Outcome, Record
from nightaudit_auditor.views.permissions import LAST_ACCESSED
from nightaudit_auditor.views.unused import unused
from tests.unit.checks.build import NOW, OWN, REGION, Settings, account, denied, failed, ok
from tests.unit.checks.elb.cases import ARN, GROUP, NO_CLASSIC, balancer, behind, listener
from tests.unit.checks.iam.build import ago, details, key, report, role, row, user


def said(*records: Record, settings: Settings | None = None) -> dict[tuple[str, str], str]:
    """(type, name) → status, of named resources."""
    found = unused({OWN: account(*records)}, settings or Settings(), NOW)
    return {(one.type, one.name): one.status for one in found if one.name}


def listed(operation: str, member: str, *items: dict[str, Any]) -> Record:
    return ok(operation, REGION, {member: list(items)})


class TestAddressesVolumesInterfaces:
    def test_what_is_attached_to_nothing(self) -> None:
        found = said(
            listed("ec2.describe_addresses", "Addresses", {"AllocationId": "a-1", "PublicIp": "52.0.0.1"}),
            listed("ec2.describe_volumes", "Volumes", {"VolumeId": "vol-1", "State": "available", "Size": 8}),
            listed(
                "ec2.describe_network_interfaces",
                "NetworkInterfaces",
                {"NetworkInterfaceId": "eni-1", "Status": "available"},
            ),
        )
        assert found == {
            ("AWS::EC2::EIP", "52.0.0.1"): "UNUSED",
            ("AWS::EC2::Volume", "vol-1"): "UNUSED",
            ("AWS::EC2::NetworkInterface", "eni-1"): "UNUSED",
        }

    def test_what_is_attached(self) -> None:
        assert not said(
            listed(
                "ec2.describe_addresses",
                "Addresses",
                {"AllocationId": "a-1", "PublicIp": "52.0.0.1", "AssociationId": "x"},
            ),
            listed("ec2.describe_volumes", "Volumes", {"VolumeId": "vol-1", "State": "in-use"}),
            listed(
                "ec2.describe_network_interfaces",
                "NetworkInterfaces",
                {"NetworkInterfaceId": "eni-1", "Status": "in-use"},
            ),
        )


GROUP_TYPE = ("AWS::EC2::SecurityGroup", "web")
WEB = {"GroupId": "sg-1", "GroupName": "web"}


def groups(*more: dict[str, Any], **answers: Record) -> tuple[Record, ...]:
    """A security group `web`, which nothing has."""
    known = {
        "interfaces": listed("ec2.describe_network_interfaces", "NetworkInterfaces"),
        "templates": listed("ec2.describe_launch_template_versions", "LaunchTemplateVersions"),
        "functions": listed("lambda.list_functions", "Functions"),
    } | answers
    return (listed("ec2.describe_security_groups", "SecurityGroups", WEB, *more), *known.values())


class TestSecurityGroups:
    def test_one_that_nothing_has(self) -> None:
        assert said(*groups())[GROUP_TYPE] == "UNUSED"

    @pytest.mark.parametrize(
        "records",
        [
            groups(interfaces=listed("ec2.describe_network_interfaces", "NetworkInterfaces", {"NetworkInterfaceId": "e", "Status": "in-use", "Groups": [{"GroupId": "sg-1"}]})),
            groups({"GroupId": "sg-2", "GroupName": "db", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-1"}]}]}),
            groups(templates=listed("ec2.describe_launch_template_versions", "LaunchTemplateVersions", {"LaunchTemplateData": {"SecurityGroupIds": ["sg-1"]}})),
            groups(templates=listed("ec2.describe_launch_template_versions", "LaunchTemplateVersions", {"LaunchTemplateData": {"NetworkInterfaces": [{"Groups": ["sg-1"]}]}})),
            groups(functions=listed("lambda.list_functions", "Functions", {"FunctionName": "f", "VpcConfig": {"SecurityGroupIds": ["sg-1"]}})),
        ],
        ids=["interface", "rule of another group", "launch template", "its interface", "function"],
    )  # fmt: skip
    def test_one_that_something_needs(self, records: tuple[Record, ...]) -> None:
        assert GROUP_TYPE not in said(*records)

    def test_its_own_rule_is_no_use(self) -> None:
        own = WEB | {"IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-1"}]}]}
        assert said(*groups(), listed("ec2.describe_security_groups", "SecurityGroups", own))[GROUP_TYPE] == "UNUSED"

    def test_a_default_group_cannot_be_deleted(self) -> None:
        assert ("AWS::EC2::SecurityGroup", "default") not in said(*groups({"GroupId": "sg-0", "GroupName": "default"}))

    def test_none_is_unused_while_interfaces_are_unread(self) -> None:
        records = groups(interfaces=denied("ec2.describe_network_interfaces", REGION))
        found = [one for one in unused({OWN: account(*records)}, Settings(), NOW) if one.name == "web"]
        assert [(one.status, one.operation) for one in found] == [("UNKNOWN", "ec2.describe_network_interfaces")]


BALANCER = ("AWS::ElasticLoadBalancingV2::LoadBalancer", "web")


def balancing(*records: Record, listeners: tuple[dict[str, Any], ...] = (listener(),)) -> tuple[Record, ...]:
    return (
        NO_CLASSIC,
        listed("elbv2.describe_load_balancers", "LoadBalancers", balancer()),
        ok("elbv2.describe_listeners", REGION, {"Listeners": list(listeners)}, LoadBalancerArn=ARN),
        *records,
    )


NO_TARGET = ok("elbv2.describe_target_health", REGION, {"TargetHealthDescriptions": []}, TargetGroupArn=GROUP)


class TestLoadBalancers:
    def test_one_whose_groups_are_empty(self) -> None:
        assert said(*balancing(*behind(), NO_TARGET))[BALANCER] == "UNUSED"

    def test_one_without_groups(self) -> None:
        assert said(*balancing(listed("elbv2.describe_target_groups", "TargetGroups")))[BALANCER] == "UNUSED"

    def test_one_with_a_target_even_a_sick_one(self) -> None:
        assert BALANCER not in said(*balancing(*behind(state="unhealthy")))

    def test_one_whose_target_is_a_function(self) -> None:
        assert BALANCER not in said(*balancing(*behind(kind="lambda", id_="arn:aws:lambda:x")))

    def test_one_that_redirects_needs_no_target(self) -> None:
        records = balancing(*behind(), NO_TARGET, listeners=(listener(80, "HTTP", "redirect"),))
        assert BALANCER not in said(*records)

    def test_one_whose_targets_were_not_read(self) -> None:
        unread = denied("elbv2.describe_target_health", REGION, TargetGroupArn=GROUP)
        assert said(*balancing(*behind(), unread))[BALANCER] == "UNKNOWN"

    @pytest.mark.parametrize(("instances", "idle"), [([], True), ([{"InstanceId": "i-1"}], False)])
    def test_a_classic_one(self, instances: list[dict[str, str]], idle: bool) -> None:
        classic = {"LoadBalancerName": "old", "Instances": instances}
        found = said(listed("elb.describe_load_balancers", "LoadBalancerDescriptions", classic))
        assert (("AWS::ElasticLoadBalancing::LoadBalancer", "old") in found) is idle


def accessed(kind: str, name: str, **services: float | None) -> Record:
    """When a principal used each service that its policies grant: days before the run, or never."""
    listed = [
        {"ServiceNamespace": service} | ({} if days is None else {"LastAuthenticated": ago(days)})
        for service, days in services.items()
    ]
    answer = {"JobStatus": "COMPLETED", "ServicesLastAccessed": listed}
    return ok(LAST_ACCESSED, answer=answer, Arn=f"arn:aws:iam::{OWN}:{kind}/{name}")


class TestIdentities:
    def test_roles_passwords_and_keys_by_the_thresholds(self) -> None:
        records = (
            details(role(name="idle", RoleLastUsed={"LastUsedDate": ago(200)}), role(name="busy", RoleLastUsed={"LastUsedDate": ago(1)}), user("ann")),
            *(accessed(kind, name) for kind, name in (("role", "idle"), ("role", "busy"), ("user", "ann"))),
            report(row("ann", **key(1, rotated=300, used=100)), row("bob", password_enabled=True, password_last_used=ago(95)), row("eve", **key(1, rotated=300, used=1))),
        )  # fmt: skip
        found = {name: status for (_, name), status in said(*records).items()}
        assert found == {"idle": "UNUSED", "ann": "UNUSED", "bob": "UNUSED"}
        patient = Settings(unused_days=365, role_unused_days=365)
        assert said(*records, settings=patient) == {}

    def test_a_report_that_was_not_read(self) -> None:
        found = unused({OWN: account(denied("iam.get_credential_report"))}, Settings(), NOW)
        assert ("UNKNOWN", "iam.get_credential_report") in {(one.status, one.operation) for one in found}


class TestServices:
    """Which services a principal may use and does not."""

    def rows(self, *records: Record, settings: Settings | None = None) -> list[tuple[str, str, str]]:
        """(name, status, why) of users and roles, but for what their lists say."""
        found = unused({OWN: account(report(), *records)}, settings or Settings(), NOW)
        return [(one.name, one.status, one.why) for one in found if one.type in {"AWS::IAM::User", "AWS::IAM::Role"}]

    def test_a_role_by_its_threshold_and_a_user_by_hers(self) -> None:
        known = details(role(RoleLastUsed={"LastUsedDate": ago(1)}), user("ann"))
        services = {"s3": 1.0, "ec2": 100.0, "sqs": 200.0, "kms": None}
        found = self.rows(known, accessed("role", "worker", **services), accessed("user", "ann", **services))
        assert found == [
            ("worker", "UNUSED", "its policies grant 4 services, of which it did not use 2 for 180 days, as far as IAM tracks: kms, sqs"),
            ("ann", "UNUSED", "its policies grant 4 services, of which it did not use 3 for 90 days, as far as IAM tracks: ec2, kms, sqs"),
        ]  # fmt: skip

    def test_one_that_uses_all_that_it_may(self) -> None:
        known = details(role(RoleLastUsed={"LastUsedDate": ago(1)}))
        assert self.rows(known, accessed("role", "worker", s3=1.0)) == []

    def test_one_that_is_younger_than_the_threshold_had_no_time(self) -> None:
        assert self.rows(details(role(CreateDate=ago(170))), accessed("role", "worker", kms=None)) == []

    def test_nothing_is_said_of_what_lies_before_iams_memory(self) -> None:
        known = details(role(CreateDate=ago(900), RoleLastUsed={"LastUsedDate": ago(1)}))
        (row,) = self.rows(known, accessed("role", "worker", kms=None), settings=Settings(role_unused_days=3650))
        assert "for 400 days, as far as IAM tracks" in row[2]

    def test_awss_own_roles_are_nobodys_to_trim(self) -> None:
        assert self.rows(details(role(path="/aws-service-role/support.amazonaws.com/"))) == []

    def test_of_many_services_the_first_are_named_and_all_are_counted(self) -> None:
        known = details(role(RoleLastUsed={"LastUsedDate": ago(1)}))
        (row,) = self.rows(known, accessed("role", "worker", **{f"service{n:02d}": None for n in range(25)}))
        assert row[2].endswith("service18, service19 and 5 more")

    def test_one_that_could_not_be_asked_for_is_unknown(self) -> None:
        arn = f"arn:aws:iam::{OWN}:role/worker"
        known = details(role(RoleLastUsed={"LastUsedDate": ago(1)}))
        assert [row[:2] for row in self.rows(known, denied(LAST_ACCESSED, Arn=arn))] == [("worker", "UNKNOWN")]

    def test_those_who_wait_for_their_turn_are_one_row(self) -> None:
        names = ("a", "b")
        waiting = [
            failed(LAST_ACCESSED, outcome=Outcome.SKIPPED, code="NotItsTurn", Arn=f"arn:aws:iam::{OWN}:role/{name}")
            for name in names
        ]
        known = details(*(role(name=name, RoleLastUsed={"LastUsedDate": ago(1)}) for name in names))
        assert [row[:2] for row in self.rows(known, *waiting)] == [("", "UNKNOWN")]


@pytest.mark.parametrize(
    "operation",
    [
        "ec2.describe_addresses", "ec2.describe_volumes", "ec2.describe_network_interfaces", "ec2.describe_security_groups",
        "elb.describe_load_balancers", "elbv2.describe_load_balancers",
    ],
)  # fmt: skip
def test_a_list_that_was_not_read_is_unknown(operation: str) -> None:
    found = unused({OWN: account(denied(operation, REGION))}, Settings(), NOW)
    assert [one.status for one in found if one.operation == operation and not one.name] == ["UNKNOWN"]


def test_a_name_that_is_none_spoils_no_other_row() -> None:
    nameless = {"LoadBalancerArn": ARN, "LoadBalancerName": None}
    records = (listed("elbv2.describe_load_balancers", "LoadBalancers", balancer(), nameless), NO_CLASSIC)
    found = unused({OWN: account(*records)}, Settings(), NOW)
    assert {"None", "web"} <= {one.name for one in found}


def test_an_account_that_was_not_reached_has_one_row() -> None:
    lost: AccountData = account(reachable=False)
    assert [(one.type, one.status) for one in unused({OWN: lost}, Settings(), NOW)] == [("AWS::::Account", "UNKNOWN")]
