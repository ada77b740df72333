"""The auditor against the demo's world: every planted problem is found, no clean twin is, and the acts make the news."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import Any

import boto3
import pytest

from demo.aws import facts, planted
from demo.aws.changes import first_act, second_act, third_act
from demo.aws.planted import Planted, resolve
from demo.aws.seeding.cloud import Cloud
from demo.world import REPOSITORY, SLACK_TOKEN, World

MANIFESTS = REPOSITORY / "demo" / "manifests"
Finding = dict[str, Any]


def run(world: World) -> list[Finding]:
    """Run the auditor as on a laptop, with the demo's manifests; its findings."""
    environment = {
        "PATH": os.environ["PATH"],
        **world.environment(),
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
        "NIGHTAUDIT_SLACK_API_URL": world.slack_api_url,
    }
    command = [sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(MANIFESTS / "schedule.yaml")]
    ran = subprocess.run(
        [*command, "-x", str(MANIFESTS / "exceptions.yaml")],
        env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    s3 = boto3.client(
        "s3", facts.HOME_REGION, endpoint_url=world.aws_url, aws_access_key_id=facts.ACCESS_KEY,
        aws_secret_access_key=facts.SECRET_KEY,
    )  # fmt: skip
    listed = s3.list_objects_v2(Bucket=facts.AUDIT_BUCKET, Prefix="demo/security/nightly/runs/")["Contents"]
    stored = [one for one in listed if one["Key"].endswith("findings.jsonl.gz")]
    newest = max(stored, key=lambda one: one["LastModified"])["Key"]
    body = s3.get_object(Bucket=facts.AUDIT_BUCKET, Key=newest)["Body"].read()
    return [json.loads(line) for line in gzip.decompress(body).splitlines()]


@pytest.fixture(scope="module")
def audited(world: World) -> list[Finding]:
    """The findings of the first run."""
    return run(world)


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
