"""The demo's story, night by night, on real pods: each test goes on where the one before it ended."""

from __future__ import annotations

import gzip
import hashlib
import json
import urllib.request
from typing import Any

import boto3
import pytest

from demo.aws import facts
from demo.aws.changes import second_act, third_act
from demo.aws.seeding.data import LEAKED_SECRET
from demo.stage import NAMESPACE, SCHEDULE, Stage, condition_of
from demo.world import SlackMessage

PREFIX = f"demo/{NAMESPACE}/{SCHEDULE}"


class Bucket:
    """The results, as somebody with access to the bucket reads them."""

    def __init__(self, stage: Stage) -> None:
        self._s3 = boto3.client(
            "s3",
            endpoint_url=stage.world.s3_url,
            region_name="us-east-1",
            aws_access_key_id=facts.ACCESS_KEY,
            aws_secret_access_key=facts.SECRET_KEY,
        )

    def keys(self, prefix: str) -> set[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=facts.AUDIT_BUCKET, Prefix=prefix)
        return {item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", [])}

    def read(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=facts.AUDIT_BUCKET, Key=key)["Body"].read()

    def folder(self, run: dict[str, Any]) -> str:
        uri = run["status"]["report"]["uri"]
        return uri.removeprefix(f"s3://{facts.AUDIT_BUCKET}/").removesuffix("report.html")

    def findings(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        data = gzip.decompress(self.read(f"{self.folder(run)}findings.jsonl.gz"))
        return [json.loads(line) for line in data.splitlines()]

    def latest(self) -> dict[str, Any]:
        return json.loads(self.read(f"{PREFIX}/latest.json"))


@pytest.fixture(scope="module")
def bucket(stage: Stage) -> Bucket:
    return Bucket(stage)


@pytest.fixture(scope="module")
def first(stage: Stage) -> dict[str, Any]:
    stage.start_run("first")
    return stage.wait_run("first")


@pytest.fixture(scope="module")
def second(stage: Stage, first: dict[str, Any]) -> dict[str, Any]:
    """Slack is down while it runs, and up again afterwards."""
    second_act(stage.world)
    stage.world.slack_fault(down=True)
    try:
        stage.start_run("second")
        return stage.wait_run("second", seconds=240)
    finally:
        stage.world.slack_fault()


@pytest.fixture(scope="module")
def third(stage: Stage, second: dict[str, Any]) -> tuple[dict[str, Any], list[SlackMessage]]:
    """The run, and what Slack received of it."""
    before = len(stage.world.slack_messages())
    third_act(stage.world)
    stage.start_run("third")
    return stage.wait_run("third"), stage.world.slack_messages()[before:]


class TestFirstNight:
    def test_two_of_three_accounts_are_audited_and_it_is_said(self, stage, first):
        status = first["status"]
        assert status["result"] == "Partial"
        assert status["baseline"] is True
        assert status["accounts"] == {"total": 3, "succeeded": 2, "failed": 1, "text": "2/3"}
        assert condition_of(first, "Succeeded")["reason"] == "Partial"
        assert condition_of(first, "ReportStored")["status"] == "True"
        assert condition_of(first, "Notified")["status"] == "True"

    def test_nothing_is_new_and_slack_gets_one_message(self, stage, first):
        assert first["status"]["new"] == 0
        messages = stage.world.slack_messages()
        assert len(messages) == 1
        assert "first audit" in messages[0].text

    def test_the_run_is_whole_in_the_bucket(self, bucket, first):
        folder = bucket.folder(first)
        assert bucket.keys(folder) == {
            "metadata/222222222222.jsonl.gz",
            "metadata/333333333333.jsonl.gz",
            "metadata/444444444444.jsonl.gz",
            "findings.jsonl.gz",
            "report.html",
            "manifest.json",
        }
        manifest = json.loads(bucket.read(f"{folder}manifest.json"))
        for stored in manifest["objects"]:
            assert hashlib.sha256(bucket.read(folder + stored["name"])).hexdigest() == stored["sha256"]
        assert bucket.latest()["pointer"]["run"] == manifest["run"]

    def test_the_report_opens_where_the_run_says(self, first):
        report = first["status"]["report"]
        with urllib.request.urlopen(report["url"], timeout=20) as answer:
            page = answer.read()
        assert hashlib.sha256(page).hexdigest() == report["sha256"]
        assert b"Content-Security-Policy" in page

    def test_no_secret_of_the_accounts_is_in_the_bucket(self, bucket, first):
        folder, secret = bucket.folder(first), LEAKED_SECRET["AWS_SECRET_ACCESS_KEY"].encode()
        for key in bucket.keys(folder):
            data = bucket.read(folder + key)
            data = gzip.decompress(data) if key.endswith(".gz") else data
            assert secret not in data, key

    def test_the_printer_columns_tell_it(self, stage, first):
        lines = stage.kubectl("get", "auditruns", "first").splitlines()
        row = dict(zip(lines[0].split(), lines[1].split(), strict=True))
        counts = first["status"]["findings"]
        assert row["SCHEDULE"] == SCHEDULE
        assert row["RESULT"] == "Partial"
        assert row["CRITICAL"] == str(counts["critical"]) != "0"
        assert row["ACCOUNTS"] == "2/3"
        assert row["UNKNOWN"] == str(first["status"]["unknown"]) != "0"


class TestWhatCouldNotBeRead:
    def test_the_unreachable_account_is_a_finding(self, bucket, first):
        [finding] = [f for f in bucket.findings(first) if f["check"] == "AUDIT_ACCOUNT_UNREACHABLE"]
        assert finding["account"]["id"] == facts.SANDBOX.id

    def test_the_errors_topic_hears_of_it(self, stage, first):
        messages = stage.world.sns_messages()
        assert any("sandbox" in m["message"] and "sts.assume_role" in m["message"] for m in messages)

    def test_a_denied_service_is_a_finding_and_its_checks_are_unknown(self, bucket, first):
        findings = [f for f in bucket.findings(first) if f["account"]["id"] == facts.STAGING.id]
        denied = {f["discriminator"] for f in findings if f["check"] == "AUDIT_COLLECTION_DENIED"}
        assert "rds.describe_db_instances" in denied
        rds = [f for f in findings if f["check"].startswith("RDS_")]
        assert rds
        assert {f["status"] for f in rds} == {"UNKNOWN"}


class TestExceptions:
    def test_an_acknowledged_problem_is_marked_and_an_excluded_one_is_out_of_the_counts(self, bucket, first):
        findings = bucket.findings(first)
        excepted = {f["exception"]["name"]: f for f in findings if f.get("exception")}
        assert excepted["legacy-site-until-move"]["exception"]["effect"] == "Acknowledge"
        assert excepted["legacy-site-until-move"]["state"] == "EXCEPTED"
        assert excepted["keys-without-rotation"]["exception"]["effect"] == "Exclude"
        counted = [
            f for f in findings
            if f["status"] == "FAIL" and f.get("exception", {}).get("effect") != "Exclude"
        ]  # fmt: skip
        assert sum(first["status"]["findings"].values()) == len(counted)

    def test_the_exception_counts_what_it_matches(self, stage, first):
        def matched(found: dict[str, Any]) -> bool:
            return found.get("status", {}).get("matchedFindings", 0) >= 1

        for name in ("legacy-site-until-move", "keys-without-rotation"):
            found = stage.wait_for("auditexception", name, matched, f"AuditException {name} to count", 30)
            assert found["status"]["state"] == "Active"


class TestSecondNightWithSlackDown:
    def test_what_changed_is_new_and_resolved(self, bucket, second):
        assert (second["status"]["new"], second["status"]["resolved"]) == (1, 1)
        states = {f["check"]: f["state"] for f in bucket.findings(second) if f.get("state") in {"NEW", "RESOLVED"}}
        assert states == {"EC2_PUBLIC_ADMIN_PORT": "NEW", "S3_BUCKET_PUBLIC_GETOBJECT": "RESOLVED"}

    def test_the_failed_delivery_is_visible_on_the_run(self, second):
        notified = condition_of(second, "Notified")
        assert notified["status"] == "False"
        assert notified["reason"] == "Unreachable"
        assert condition_of(second, "Succeeded")["status"] == "True"

    def test_in_the_exit_status(self, stage, second):
        [pod] = stage.items("pods", f"batch.kubernetes.io/job-name={second['status']['jobName']}")
        assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 1

    def test_and_on_the_errors_topic(self, stage, second):
        assert "notification security: Unreachable" in stage.world.sns_messages()[-1]["message"]

    def test_the_findings_are_stored_all_the_same(self, bucket, second):
        assert "manifest.json" in bucket.keys(bucket.folder(second))
        assert {c["kind"] for c in bucket.latest()["pending"]["security"]} == {"new", "resolved"}


class TestThirdNight:
    def test_slack_hears_what_it_missed_and_what_is_new(self, third):
        run, messages = third
        text = "\n".join(message.text for message in messages)
        assert condition_of(run, "Notified")["status"] == "True"
        assert "EC2_PUBLIC_ADMIN_PORT" in text
        assert "S3_BUCKET_PUBLIC_GETOBJECT" in text
        assert "EBS_SNAPSHOT_PUBLIC" in text

    def test_nothing_is_owed_any_more(self, third, bucket):
        assert bucket.latest().get("pending", {}) == {}
