"""The auditor against the demo's world: every planted problem is found, no clean twin is, and the acts make the news."""

from __future__ import annotations

from demo.aws import facts, planted
from demo.aws.changes import first_act, second_act, third_act
from demo.aws.planted import Planted, resolve
from demo.aws.seeding.cloud import Cloud
from demo.world import World
from tests.contract.demo_world.nights import Finding, run


def key(finding: Finding) -> Planted:
    account = next(one for one in facts.ACCOUNTS if one.id == finding["account"]["id"])
    return Planted(finding["check"], account, finding["resource"]["arn"], finding["region"])


def keys(findings: list[Finding], status: str) -> set[Planted]:
    return {key(one) for one in findings if one["status"] == status}


def news(findings: list[Finding], state: str) -> set[Planted]:
    return {key(one) for one in findings if one.get("state") == state}


def test_every_planted_problem_is_found(world: World, audited: list[Finding]) -> None:
    expected = set(resolve(Cloud(world.aws_url), planted.PROBLEMS))
    assert expected - keys(audited, "FAIL") == set()


def test_no_clean_twin_is_flagged_or_left_unjudged(world: World, audited: list[Finding]) -> None:
    clean = set(resolve(Cloud(world.aws_url), planted.CLEAN))
    assert clean & (keys(audited, "FAIL") | keys(audited, "UNKNOWN")) == set()


def test_what_the_denied_service_hides_is_unknown(audited: list[Finding]) -> None:
    unknown = {one.check for one in keys(audited, "UNKNOWN") if one.account == facts.STAGING}
    assert {"RDS_PUBLIC", "RDS_UNENCRYPTED", "RDS_SNAPSHOT_PUBLIC"} <= unknown
    assert all(check.startswith("RDS_") for check in unknown)


def test_the_acts_are_the_news_of_the_runs_after_them(world: World, audited: list[Finding]) -> None:
    assert audited
    cloud = Cloud(world.aws_url)
    try:
        second_act(world)
        second = run(world)
        assert news(second, "NEW") == set(resolve(cloud, planted.SECOND_ACT_NEW))
        assert news(second, "RESOLVED") == set(resolve(cloud, planted.SECOND_ACT_RESOLVED))
        third_act(world)
        third = run(world)
        assert news(third, "NEW") == set(resolve(cloud, planted.THIRD_ACT_NEW))
        assert news(third, "RESOLVED") == set(resolve(cloud, planted.THIRD_ACT_RESOLVED))
    finally:
        first_act(world)
