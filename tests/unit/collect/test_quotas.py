"""The table of quotas, held against what is asked: a name that nothing bears would silently give the default."""

from __future__ import annotations

import re

import pytest
from aiohttp import web

from nightaudit_auditor.collect.catalogue import load_catalogue
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.collect.pace import QUOTAS, Bucket, Pace, load_quotas
from tests.unit.collect.conftest import Call, FakeAWS, ec2
from tests.unit.collect.whole import MEMBER, OWN, Run, schedule

SOURCE = re.compile(r"https://docs\.aws\.amazon\.com/\S+$", re.MULTILINE)


def test_each_line_names_what_botocore_knows(models: Models) -> None:
    known = models.loader.list_available_services("service-2")
    for name in load_quotas().services:
        service, _, operation = name.partition(".")
        assert service in known, name
        assert not operation or models.service(service).operation(operation)


def test_an_operation_with_a_line_of_its_own_is_asked(models: Models) -> None:
    catalogue = load_catalogue(models)
    asked = {f"{entry.service}.{entry.operation}" for entry in catalogue.entries.values()}
    apart = {name for name in load_quotas().services if "." in name and name.partition(".")[0] in catalogue.services}
    assert apart >= {"lambda.GetPolicy", "organizations.ListRoots"}
    assert apart <= asked


def test_each_line_has_its_source_above_it_and_the_lines_are_sorted() -> None:
    _, _, table = QUOTAS.read_text().partition("\nservices:\n")
    blocks = re.findall(r"((?:  #.*\n)+)((?:  [^ #].*\n)+)", table)
    names = []
    for comment, lines in blocks:
        assert SOURCE.search(comment), f"no source: {lines}"
        names += re.findall(r"^  (\S+): ", lines, re.MULTILINE)
    assert names == sorted(names) == list(load_quotas().services)


async def test_a_service_without_regions_draws_from_one_bucket_an_account(
    aws: FakeAWS, run: Run, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[tuple[str, str], set[str]] = {}
    bucket = Pace.bucket

    def watched(pace: Pace, account: str, region: str, service: str, operation: str) -> Bucket:
        drawn.setdefault((account, service), set()).add(region)
        return bucket(pace, account, region, service, operation)

    def two_regions(call: Call) -> web.StreamResponse | None:
        regions = "".join(
            f"<item><regionName>{name}</regionName><optInStatus>opt-in-not-required</optInStatus></item>"
            for name in ("eu-central-1", "eu-west-1")
        )
        return ec2(call, f"<regionInfo>{regions}</regionInfo>") if call.operation == "DescribeRegions" else None

    monkeypatch.setattr(Pace, "bucket", watched)
    aws.answer = two_regions
    await run(schedule(OWN, MEMBER))
    catalogue = load_catalogue(models)
    everywhere = {entry.service for entry in catalogue.entries.values() if entry.scope != "global"}
    assert {"iam", "organizations", "route53"} <= set(catalogue.services) - everywhere
    for account in (OWN.id, MEMBER.id):
        assert {"eu-central-1", "eu-west-1"} <= drawn[account, "kms"]
        for service in set(catalogue.services) - everywhere:
            assert len(drawn[account, service]) == 1, service


async def test_roles_are_assumed_at_the_callers_pace(aws: FakeAWS, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS counts AssumeRole where it is asked from, so all members' draw from one bucket."""
    drawn: list[Bucket] = []
    bucket = Pace.bucket

    def watched(pace: Pace, account: str, region: str, service: str, operation: str) -> Bucket:
        found = bucket(pace, account, region, service, operation)
        if operation == "AssumeRole":
            drawn.append(found)
        return found

    monkeypatch.setattr(Pace, "bucket", watched)
    other = type(MEMBER)(id="333333333333", role_arn="arn:aws:iam::333333333333:role/nightaudit")
    await run(schedule(MEMBER, other))
    assert len(drawn) == 2
    assert drawn[0] is drawn[1]
