"""Which regions are asked: those that are enabled, selected, and not closed by an organization."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import botocore.session
import pytest
from aiohttp import web

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.registry import Fail
from nightaudit_auditor.checks.selection import Selection
from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.endpoints import Endpoints
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.wire import NO_SUCH_HOST, Answer, Wire, WireError
from nightaudit_auditor.manifests.types import (
    Regions,
)
from nightaudit_auditor.snapshot import GLOBAL, Outcome
from tests.unit.checks.build import Settings
from tests.unit.collect.conftest import Call, FakeAWS, deny, ec2, query, refuse
from tests.unit.collect.whole import MEMBER, OWN, Run, read, schedule


class TestRegions:
    async def test_only_enabled_and_selected_regions_are_asked(self, aws: FakeAWS, run: Run, tmp_path: Path) -> None:
        states = {"eu-central-1": "opt-in-not-required", "eu-south-1": "not-opted-in", "us-east-1": "opted-in"}
        items = "".join(
            f"<item><regionName>{r}</regionName><optInStatus>{s}</optInStatus></item>" for r, s in states.items()
        )
        aws.answer = lambda call: (
            ec2(call, f"<regionInfo>{items}</regionInfo>") if call.operation == "DescribeRegions" else None
        )
        await run(schedule(regions=Regions(include=("eu-*",))))
        assert read(tmp_path).regions == ("eu-central-1",)
        assert {call.region for call in aws.calls if call.operation == "DescribeVpcs"} == {"eu-central-1"}

    @pytest.mark.parametrize("include", [("eu-central-1", "eu-nort-1"), ("eu-nort-1",)], ids=["of two", "alone"])
    async def test_a_region_that_the_schedule_names_in_vain_is_a_finding(
        self, run: Run, tmp_path: Path, include: tuple[str, ...]
    ) -> None:
        account = (await run(schedule(regions=Regions(include=include)))).accounts[0]
        data = read(tmp_path)
        record = data.record("ec2.describe_regions", "eu-nort-1")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "RegionNotEnabled")
        assert "matches eu-nort-1: enable the region in the account, or correct regions.include" in record.message
        assert record.message == account.error
        assert data.answer("ec2.describe_regions") is not None
        assert "eu-nort-1" not in data.regions
        selected = Selection((load().checks["GUARDDUTY_OFF"], load().checks["AUDIT_COLLECTION_FAILED"]), {})
        found = evaluate({OWN.id: data}, selected, Settings(), 0.0).results
        told = [r.outcome.evidence for r in found if isinstance(r.outcome, Fail)]
        assert [(e["regions"], e["codes"]) for e in told if e.get("operation") == "ec2.describe_regions"] == [
            (["eu-nort-1"], ["RegionNotEnabled"])
        ]

    async def test_regions_that_cannot_be_listed_are_recorded_as_holes(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        aws.answer = deny("DescribeRegions")
        account = (await run()).accounts[0]
        assert "RegionsUnknown: ec2.describe_regions ended as denied (AccessDenied): none is audited" in account.error
        record = read(tmp_path).record("ec2.describe_vpcs", GLOBAL)
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "RegionsUnknown")
        assert read(tmp_path).answer("iam.get_account_summary") == {}

    async def test_regions_without_names_are_a_hole_in_that_account_alone(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        nameless = "<regionInfo><item><optInStatus>opted-in</optInStatus></item></regionInfo>"
        aws.answer = lambda call: (
            ec2(call, nameless) if call.operation == "DescribeRegions" and call.key == f"ROLE{MEMBER.id}" else None
        )
        own, member = (await run(schedule(OWN, MEMBER))).accounts
        assert (own.error, own.complete) == ("", True)
        assert "RegionsUnknown: ec2.describe_regions ended as error" in member.error
        record = read(tmp_path, MEMBER.id).record("ec2.describe_vpcs", GLOBAL)
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.SKIPPED, "RegionsUnknown")

    async def test_regions_that_the_schedule_names_are_audited_all_the_same(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        aws.answer = deny("DescribeRegions")
        account = (await run(schedule(regions=Regions(include=("eu-west-1", "us-*"))))).accounts[0]
        assert account.regions == ("eu-west-1",)
        assert "only those that the schedule names are audited: eu-west-1" in account.error
        assert read(tmp_path).answer("ec2.describe_vpcs", "eu-west-1") == {}


@pytest.mark.parametrize(
    ("placed", "outcome", "code"),
    [(False, Outcome.SKIPPED, "ServiceNotInRegion"), (True, Outcome.ERROR, "NoSuchHost")],
)
async def test_a_service_without_a_host_in_a_region_is_not_there_if_nothing_says_where_it_is(
    run: Run, tmp_path: Path, models: Models, monkeypatch: pytest.MonkeyPatch, placed: bool, outcome: Outcome, code: str
) -> None:
    monkeypatch.setattr(models, "places", lambda service: placed or service != "kms")
    monkeypatch.setattr(models, "lacks", lambda *_: False)
    sent = Wire.send

    async def send(wire: Wire, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if "TrentService" in headers.get("X-Amz-Target", ""):
            raise WireError(NO_SUCH_HOST, "no such name", silent=True)
        return await sent(wire, method, url, headers, body)

    monkeypatch.setattr(Wire, "send", send)
    await run()
    record = read(tmp_path).record("kms.list_keys", "eu-central-1")
    assert record is not None
    assert (record.outcome, record.code) == (outcome, code)


@pytest.mark.parametrize(
    ("named", "asked"),
    [(True, True), (False, False), (None, True)],
    ids=["the name servers know the host", "they do not", "they do not answer"],
)
async def test_a_region_lacks_a_service_if_the_data_says_so_and_the_name_servers_agree(
    aws: FakeAWS,
    run: Run,
    tmp_path: Path,
    models: Models,
    monkeypatch: pytest.MonkeyPatch,
    named: bool | None,
    asked: bool,
) -> None:
    monkeypatch.setattr(models, "lacks", lambda service, _: service == "kms")
    monkeypatch.setattr(Endpoints, "is_configured", lambda *_: False)
    looked_up = []

    async def getaddrinfo(host: str, *_: object) -> list[object]:
        looked_up.append(host)
        if not named:
            code = socket.EAI_NONAME if named is False else socket.EAI_AGAIN
            raise socket.gaierror(code, "said the resolver")
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    await run()
    record = read(tmp_path).record("kms.list_keys", "eu-central-1")
    assert record is not None
    assert (record.outcome is Outcome.OK, record.known_empty, aws.count("ListKeys")) == (asked, not asked, int(asked))
    assert len(looked_up) == 1


async def test_names_of_ports_need_not_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    async def without_services(_: str, port: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME if port is None else socket.EAI_SERVICE, "said the resolver")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", without_services)
    async with Wire(botocore.session.get_session(), connections=1, user_agent="test") as wire:
        assert not await wire.exists("https://nowhere.example")


async def test_where_a_proxy_looks_names_up_the_data_is_all_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    async with Wire(botocore.session.get_session(), connections=1, user_agent="test") as wire:
        assert not await wire.exists("https://localhost")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert await wire.exists("https://127.0.0.1")


@pytest.mark.parametrize(
    ("partition", "operation", "code", "known_empty"),
    [
        ("aws-eusc", "iam.get_account_authorization_details", "PartitionUnknown", False),
        ("aws-cn", "route53domains.list_domains", "ServiceNotInRegion", True),
    ],
    ids=["a partition that the catalogue does not know", "a service that a known partition lacks"],
)
async def test_a_global_service_is_taken_for_empty_only_in_a_partition_that_is_known(
    aws: FakeAWS, run: Run, tmp_path: Path, partition: str, operation: str, code: str, known_empty: bool
) -> None:
    identity = f"<Account>111111111111</Account><Arn>arn:{partition}:iam::111111111111:role/x</Arn>"
    aws.answer = lambda call: query(call, identity) if call.operation == "GetCallerIdentity" else None
    await run()
    record = read(tmp_path).record(operation, GLOBAL)
    assert record is not None
    assert (record.outcome, record.code, record.known_empty) == (Outcome.SKIPPED, code, known_empty)
    assert partition in record.message


SCP_DENY = "User: arn:aws:iam::111111111111:role/x is not authorized to perform: x with an explicit deny in a service control policy"


class TestClosedRegions:
    async def test_a_region_whose_probes_an_organization_denies_is_not_asked_anything_else(
        self, aws: FakeAWS, run: Run, tmp_path: Path, models: Models
    ) -> None:
        probes = {entry.operation for entry in load_catalogue(models).roots if entry.probe}

        def answer(call: Call) -> web.StreamResponse | None:
            if call.operation == "DescribeRegions" or call.service in {"sts", "iam", "organizations", "s3", "route53"}:
                return None
            return refuse(call, 403, "UnauthorizedOperation" if call.service == "ec2" else "AccessDenied", SCP_DENY)

        aws.answer = answer
        collection = await run()
        data = read(tmp_path)
        regional = [call for call in aws.calls if call.service in {"ec2", "rds", "kms", "guardduty", "cloudtrail"}]
        assert {call.operation for call in regional} - {"DescribeRegions"} <= probes
        record = data.record("kms.list_keys", "eu-central-1")
        assert record is not None
        assert (record.outcome, record.code) == (Outcome.BLOCKED, "RegionClosed")
        assert collection.accounts[0].complete

    async def test_a_region_in_which_one_probe_answers_is_asked_everything(
        self, aws: FakeAWS, run: Run, tmp_path: Path
    ) -> None:
        aws.answer = lambda call: refuse(call, 403, "AccessDenied", SCP_DENY) if call.service == "lambda" else None
        await run()
        assert aws.count("ListKeys") == 1
        assert aws.count("DescribeInstances") == 1
