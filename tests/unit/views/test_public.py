"""What the Internet can connect to: the very ports that the checks find, and UNKNOWN where they do not know."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from nightaudit_auditor.checks.ec2.exposure import ADMIN_PORTS, DATASTORE_PORTS, WIDE, spoken
from nightaudit_auditor.checks.registry import Unknown
from nightaudit_auditor.snapshot import AccountData
from nightaudit_auditor.views.public import PublicPorts, public
from tests.unit.aws_network.builders import permission
from tests.unit.checks.apigateway.cases import method, rest, v2
from tests.unit.checks.apigateway.cases import route as api_route
from tests.unit.checks.build import OWN, REGION, SISTER, Case, Settings, account, denied, judge, ok, problems
from tests.unit.checks.ec2.cases import CASES, SSH, TASK, instance, lone, no_route
from tests.unit.checks.ec2.cases import world as network
from tests.unit.checks.elb.cases import ANYBODY, balancer, listener
from tests.unit.checks.elb.cases import network as beneath
from tests.unit.checks.elb.cases import world as balancers
from tests.unit.checks.rds.cases import POSTGRES, database
from tests.unit.checks.rds.cases import world as databases

functions = import_module("tests.unit.checks.lambda.cases")  # the folder's name is a keyword
INSTANCE, TASKS = "AWS::EC2::Instance", "AWS::EC2::NetworkInterface"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
WEB = permission("tcp", 80, 443, *ANYBODY)
CHECKS = ("EC2_PUBLIC_ADMIN_PORT", "EC2_PUBLIC_DATASTORE_PORT", "EC2_PUBLIC_ALL_PORTS")


def rows(*accounts: AccountData, settings: Settings | None = None) -> tuple[PublicPorts, ...]:
    return public({data.account.id: data for data in accounts}, settings or Settings())


def of(type_: str, data: AccountData, settings: Settings | None = None) -> list[PublicPorts]:
    return [row for row in rows(data, settings=settings) if row.type == type_]


def said(type_: str, data: AccountData) -> list[tuple[Any, ...]]:
    return [(row.status, row.protocol, row.family, row.ports) for row in of(type_, data)]


class TestInstances:
    def test_every_open_port_is_listed_with_its_path(self) -> None:
        (row,) = of(INSTANCE, network(SSH, permission("tcp", 8080, 8090, "0.0.0.0/0")))
        assert (row.status, row.protocol, row.family, row.ports) == ("OPEN", "tcp", "ipv4", ((22, 22), (8080, 8090)))
        assert all("eni-1 (52.1.2.3)" in path for path in row.paths)

    @pytest.mark.parametrize(
        "data",
        [
            network(SSH, **no_route()),
            network(permission("tcp", 22, 22, "10.0.0.0/8")),
            network(SSH, instances=[instance("stopped")]),
            network(SSH, instances=[instance(interface={"Association": None})]),
        ],
        ids=["no route", "private sources", "stopped", "no public address"],
    )
    def test_what_is_closed_by_any_hop_is_not_listed(self, data: AccountData) -> None:
        assert said(INSTANCE, data) == []

    def test_an_interface_that_is_no_instances_is_listed_by_itself(self) -> None:
        assert said(TASKS, network(SSH, **lone(**TASK))) == [("OPEN", "tcp", "ipv4", ((22, 22),))]

    def test_a_path_that_is_not_wholly_known_is_unknown_with_the_operation(self) -> None:
        (row,) = of(INSTANCE, network(SSH, without="network_acls"))
        assert (row.status, row.ports) == ("UNKNOWN", ((22, 22),))
        assert row.operation == "ec2.describe_network_acls"

    def test_a_list_that_was_not_read_is_unknown(self) -> None:
        (row,) = of(
            INSTANCE, account(denied("ec2.describe_instances", REGION), ok("ec2.describe_network_interfaces", REGION))
        )
        assert (row.status, row.name, row.region, row.operation) == ("UNKNOWN", "", REGION, "ec2.describe_instances")

    def test_one_odd_instance_hides_no_other(self) -> None:
        odd = {"InstanceId": "i-odd", "State": {"Name": "running"}, "NetworkInterfaces": [{"no": "id"}]}
        found = of(
            INSTANCE, account(*_records(network(SSH)), ok("ec2.describe_instances", REGION, _listed(odd, instance())))
        )
        assert {(row.name, row.status) for row in found} == {("i-odd", "UNKNOWN"), ("i-1", "OPEN")}

    @pytest.mark.parametrize("case", [case for case in CASES if case.check in CHECKS], ids=str)
    def test_the_checks_say_the_same(self, case: Case) -> None:
        evaluations = [judge(check, *case.accounts, settings=case.settings) for check in CHECKS]
        found = [row for row in rows(*case.accounts, settings=case.settings) if row.type in (INSTANCE, TASKS)]
        told = {result.outcome.discriminator for e in evaluations for result in problems(e)}  # type: ignore[union-attr]
        assert {d for row in found if row.status == "OPEN" for d in _discriminators(row)} == _split(told)
        if any(isinstance(result.outcome, Unknown) for e in evaluations for result in e.results):
            assert any(row.status == "UNKNOWN" for row in rows(*case.accounts, settings=case.settings))


def _listed(*instances: dict[str, Any]) -> dict[str, Any]:
    return {"Reservations": [{"Instances": list(instances)}]}


def _records(data: AccountData) -> list[Any]:
    return [record for name in data.operations() for record in data.records(name)]


def _discriminators(row: PublicPorts) -> set[str]:
    """What the three checks would say of a row, protocol by protocol."""
    wide = [(first, last) for first, last in row.ports if last - first + 1 > WIDE]
    narrow = [(first, last) for first, last in row.ports if (first, last) not in wide]
    single = {
        str(port)
        for port in (*ADMIN_PORTS, *DATASTORE_PORTS)
        if spoken(port, "udp" if row.protocol == "udp" else "tcp")
        and any(first <= port <= last for first, last in narrow)
    }
    return {f"{row.protocol}/{ports}/{row.family}" for ports in (*single, *(f"{a}-{b}" for a, b in wide))}


def _split(discriminators: set[str]) -> set[str]:
    """EC2_PUBLIC_ALL_PORTS says `tcp+udp/0-65535/ipv4` where two rows say it of one protocol each."""
    parts = (found.split("/", 1) for found in discriminators)
    return {f"{protocol}/{rest}" for protocols, rest in parts for protocol in protocols.split("+")}


class TestLoadBalancers:
    def test_only_the_ports_of_listeners_are_open(self) -> None:
        data = balancers(*beneath(WEB), listeners=(listener(443), listener(80, "HTTP")))
        assert said(BALANCER, data) == [("OPEN", "tcp", "ipv4", ((80, 80), (443, 443)))]

    def test_an_internal_one_is_not(self) -> None:
        data = balancers(*beneath(WEB), found=balancer(Scheme="internal"), listeners=(listener(443),))
        assert said(BALANCER, data) == []

    def test_a_gateway_load_balancer_is_on_no_network(self) -> None:
        data = balancers(*beneath(WEB), found=balancer(Type="gateway"), listeners=(listener(6081, "GENEVE"),))
        assert said(BALANCER, data) == []

    def test_listeners_that_were_not_read_are_unknown(self) -> None:
        arn = balancer()["LoadBalancerArn"]
        data = balancers(*beneath(WEB), denied("elbv2.describe_listeners", REGION, LoadBalancerArn=arn))
        (row,) = of(BALANCER, data)
        assert (row.status, row.name, row.operation) == ("UNKNOWN", "web", "elbv2.describe_listeners")

    def test_a_protocol_that_is_not_known_is_unknown_beside_the_others(self) -> None:
        data = balancers(*beneath(WEB), listeners=(listener(443), listener(80, "CARRIER-PIGEON")))
        assert {row.status for row in of(BALANCER, data)} == {"OPEN", "UNKNOWN"}


class TestDatabases:
    TYPE = "AWS::RDS::DBInstance"

    def test_an_endpoint_is_listed_with_its_port(self) -> None:
        assert said(self.TYPE, databases(database(), POSTGRES)) == [("OPEN", "tcp", "ipv4", ((5432, 5432),))]

    def test_a_private_one_is_not(self) -> None:
        assert said(self.TYPE, databases(database(PubliclyAccessible=False), POSTGRES)) == []

    def test_one_of_which_the_network_was_not_read_is_unknown(self) -> None:
        found = of(self.TYPE, databases(database(), POSTGRES, without="security_groups"))
        assert [(row.status, row.operation) for row in found] == [("UNKNOWN", "ec2.describe_security_groups")]


class TestAddressesOfAWS:
    def test_a_function_url_says_who_may_call_it(self) -> None:
        opened = functions.policy(functions.BY_URL, functions.statement("*"))
        records = functions.world(functions.urls(), opened)
        (row,) = of("AWS::Lambda::Function", account(*records))
        assert (row.status, row.ports) == ("OPEN", ((443, 443),))
        assert "everybody may call it" in row.detail

    def test_a_function_url_with_authentication_is_on_the_internet_too(self) -> None:
        (row,) = of("AWS::Lambda::Function", account(*functions.world(functions.urls(AuthType="AWS_IAM"))))
        assert row.status == "OPEN"
        assert "AWS_IAM" in row.detail
        assert "everybody" not in row.detail

    def test_one_whose_policy_was_not_read_is_listed_and_unknown(self) -> None:
        records = functions.world(functions.urls(), denied(functions.POLICY, REGION, FunctionName="f"))
        found = of("AWS::Lambda::Function", account(*records))
        assert {(row.status, row.operation) for row in found} == {("OPEN", ""), ("UNKNOWN", functions.POLICY)}

    def test_urls_that_were_not_read_are_unknown(self) -> None:
        records = functions.world(denied(functions.URLS, REGION, FunctionName="f"))
        (row,) = of("AWS::Lambda::Function", account(*records))
        assert (row.status, row.operation) == ("UNKNOWN", functions.URLS)

    @pytest.mark.parametrize(
        ("records", "ports"),
        [
            (rest({"GET": method("AWS_IAM")}), [((443, 443),)]),
            (rest({"GET": method()}, kind="PRIVATE"), []),
            (rest({"GET": method()}, stages=0), []),
            (v2(api_route("GET /", "JWT")), [((443, 443),)]),
            (v2(api_route(), stages=0), []),
            (v2(api_route(), DisableExecuteApiEndpoint=False), [((443, 443),)]),
        ],
        ids=["REST", "private", "not deployed", "HTTP", "HTTP, not deployed", "HTTP, at its own address"],
    )
    def test_an_api_is_on_the_internet_if_deployed_and_not_private(self, records: Any, ports: Any) -> None:
        found = [row for row in rows(account(*records)) if "ApiGateway" in row.type]
        assert [row.ports for row in found] == ports

    def test_an_api_without_an_address_of_its_own_is_unknown(self) -> None:
        records = v2(api_route(), DisableExecuteApiEndpoint=True)
        (row,) = [row for row in rows(account(*records)) if "ApiGateway" in row.type]
        assert (row.status, row.ports) == ("UNKNOWN", ())
        assert "custom domain names" in row.detail

    def test_a_distribution_is_if_enabled(self) -> None:
        items = [
            {
                "Id": name,
                "ARN": f"arn:aws:cloudfront::{OWN}:distribution/{name}",
                "DomainName": name,
                "Enabled": enabled,
            }
            for name, enabled in (("on", True), ("off", False))
        ]
        data = account(ok("cloudfront.list_distributions", answer={"DistributionList": {"Items": items}}))
        (row,) = of("AWS::CloudFront::Distribution", data)
        assert (row.name, row.status, row.ports) == ("on", "OPEN", ((80, 80), (443, 443)))


class TestAccounts:
    def test_one_that_was_not_reached_has_one_row(self) -> None:
        (row,) = rows(account(reachable=False, regions=()))
        assert (row.status, row.type) == ("UNKNOWN", "AWS::::Account")

    def test_one_whose_regions_are_not_known_says_so(self) -> None:
        found = rows(account(denied("ec2.describe_regions"), regions=()))
        assert ("UNKNOWN", "ec2.describe_regions") in {(row.status, row.operation) for row in found}

    def test_each_is_looked_up_once(self) -> None:
        looked: list[str] = []

        class Counted(dict[str, AccountData]):
            def __getitem__(self, key: str) -> AccountData:
                looked.append(key)
                return super().__getitem__(key)

        public(Counted({OWN: account(), SISTER: account(id_=SISTER)}), Settings())
        assert looked == [OWN, SISTER]

    def test_known_networks_are_not_the_internet(self) -> None:
        data = network(permission("tcp", 22, 22, "64.0.0.0/2"))
        assert of(INSTANCE, data)
        assert not of(INSTANCE, data, Settings(known_cidrs=("64.0.0.0/2",)))
