"""A night of the demo's schedule, as somebody would run it on a laptop."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from typing import Any

import boto3

from demo.aws import facts
from demo.world import MANIFESTS, REPOSITORY, SLACK_TOKEN, World

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
    (findings,) = newest(world, "findings.jsonl.gz").values()
    return [json.loads(line) for line in gzip.decompress(findings).splitlines()]


def newest(world: World, name: str) -> dict[str, bytes]:
    """The objects of the newest run whose place inside of it begins with `name`, by that place."""
    s3 = boto3.client(
        "s3", facts.HOME_REGION, endpoint_url=world.aws_url, aws_access_key_id=facts.ACCESS_KEY,
        aws_secret_access_key=facts.SECRET_KEY,
    )  # fmt: skip
    listed = s3.list_objects_v2(Bucket=facts.AUDIT_BUCKET, Prefix="demo/security/nightly/runs/")["Contents"]
    commits = [one for one in listed if one["Key"].endswith("manifest.json")]
    folder = max(commits, key=lambda one: one["LastModified"])["Key"].removesuffix("manifest.json")
    keys = [one["Key"] for one in listed if one["Key"].startswith(folder + name)]
    return {key.removeprefix(folder): s3.get_object(Bucket=facts.AUDIT_BUCKET, Key=key)["Body"].read() for key in keys}
