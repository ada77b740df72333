"""Nights that cannot go well, through the whole command: what is said, the exit status, and that nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from demo.aws import facts
from demo.world import MANIFESTS, REPOSITORY, SLACK_TOKEN, World

Spec = dict[str, Any]


@dataclass(frozen=True)
class Night:
    """How it ended: the exit status, the termination message, standard error."""

    status: int
    summary: dict[str, Any]
    errors: str


@pytest.fixture
def night(world: World, tmp_path: Path):
    """Run the demo's schedule, changed as a test wants, with variables of its own."""

    def run(change: Callable[[Spec], None] | None = None, storage: str | None = None, **variables: str) -> Night:
        schedule = yaml.safe_load((MANIFESTS / "schedule.yaml").read_text())
        schedule["spec"]["accounts"] = [a for a in schedule["spec"]["accounts"] if a["name"] == "staging"]
        if change is not None:
            change(schedule["spec"])
        (tmp_path / "schedule.yaml").write_text(yaml.safe_dump(schedule))
        message = tmp_path / "termination-log"
        environment = {
            "PATH": os.environ["PATH"],
            **world.environment(),
            "SLACK_BOT_TOKEN": SLACK_TOKEN,
            "NIGHTAUDIT_SLACK_API_URL": world.slack_api_url,
            "NIGHTAUDIT_TERMINATION_LOG": str(message),
            **variables,
        }
        command = [sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(tmp_path / "schedule.yaml")]
        ran = subprocess.run(
            [*command, *(["--storage", storage] if storage else [])],
            env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=180,
        )  # fmt: skip
        return Night(ran.returncode, json.loads(message.read_text()), ran.stderr)

    return run


def heard(world: World, words: str) -> bool:
    return any(words in message.text for message in world.slack_messages())


class TestTheRole:
    @pytest.mark.parametrize("name", ["no-such-role", "Administrator"])
    def test_that_cannot_be_assumed_ends_in_error_with_the_report_stored(self, night, tmp_path, name):
        def change(spec: Spec) -> None:
            spec["accounts"][0]["roleARN"] = f"arn:aws:iam::{facts.STAGING.id}:role/{name}"

        ended = night(change, storage=(tmp_path / "results").as_uri())
        assert ended.status == 1
        assert ended.summary["result"] == "Error"
        assert ended.summary["accounts"] == {"total": 1, "succeeded": 0, "failed": 1}
        assert f"role/{name} cannot be assumed" in ended.summary["errors"][0]
        assert ended.summary["report"] is not None

    def test_what_was_known_before_is_not_called_resolved(self, night, tmp_path):
        def change(spec: Spec) -> None:
            spec["accounts"][0]["externalID"] = "not-this-one"

        results = (tmp_path / "results").as_uri()
        before = night(storage=results)
        after = night(change, storage=results)
        assert before.summary["findings"]["high"] > 0
        assert after.summary["resolved"] == 0
        assert after.summary["unknown"] >= sum(before.summary["findings"].values()) - 1
        again = night(storage=results)
        assert (again.summary["new"], again.summary["reopened"]) == (0, 0)


class TestTheBucket:
    def test_in_another_region_is_bad_configuration_and_is_told(self, night, world):
        s3 = boto3.Session(facts.ACCESS_KEY, facts.SECRET_KEY).client(
            "s3", region_name="eu-west-1", endpoint_url=world.aws_url
        )
        s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        ended = night(lambda spec: spec["storage"]["s3"].update(bucket="elsewhere"))
        assert ended.status == 2
        assert "spec.storage.s3.region: bucket elsewhere is in eu-west-1" in ended.summary["errors"][0]
        assert heard(world, "elsewhere")
        assert "elsewhere" in world.sns_messages()[-1]["message"]

    def test_that_does_not_exist_is_bad_configuration(self, night):
        ended = night(lambda spec: spec["storage"]["s3"].update(bucket="nowhere-to-be-found"))
        assert ended.status == 2
        assert "spec.storage.s3.bucket: bucket nowhere-to-be-found does not exist" in ended.summary["errors"][0]


class TestTheRunsOwnCredentials:
    def test_that_aws_does_not_know_end_the_run_and_slack_hears_of_it(self, night, world):
        ended = night(AWS_ACCESS_KEY_ID="AKIAEXPIREDEXPIRED00")
        assert ended.status == 1
        assert ended.summary["result"] == "Error"
        assert ended.summary["report"] is None
        assert ended.summary["errorsTopic"]["delivered"] is False
        assert heard(world, "StorageFailed")

    def test_that_are_missing_are_said_to_be(self, night):
        ended = night(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
        assert ended.status == 1
        assert "credentials" in ended.summary["errors"][0].lower()
