"""The demo without a cluster and without root: the auditor as a command, against the same world on the loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.aws.changes import second_act
from demo.world import MANIFESTS, SLACK_TOKEN, Ports, World

RUN_SECONDS = 120


def play() -> int:
    """Run, change something, run again; the results stay in a folder, the servers end with the demo. 0, or the auditor's status."""
    began = time.monotonic()
    results = Path.home() / ".local" / "state" / "nightaudit" / "local-results"
    shutil.rmtree(results, ignore_errors=True)  # the organization is made anew too: an older memory would be of another
    with TemporaryDirectory(prefix="nightaudit-demo-") as scratch:
        world = World(state=Path(scratch), ports=Ports.free())
        try:
            print("== An AWS organization with problems in it, an S3 server, a Slack", flush=True)
            world.start()
            world.seed()
            print("\n== First run", flush=True)
            status = _run(world, results)
            print("\n== Something changes in AWS", flush=True)
            for line in second_act(world):
                print(f"  {line}")
            print("\n== Second run: what is NEW, and what is RESOLVED", flush=True)
            status = status or _run(world, results)
            print(f"\nWhat Slack received:\n{_slack(world)}")
            print(f"\n{time.monotonic() - began:.0f} s; the servers are gone, the results are in {results}")
        finally:
            world.stop()
    return status


def _run(world: World, results: Path) -> int:
    arguments = ["-f", MANIFESTS / "schedule.yaml", "-x", MANIFESTS / "exceptions.yaml", "--storage", results.as_uri()]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "NIGHTAUDIT_", "SLACK_"))}
    environment = world.environment() | {
        "NIGHTAUDIT_SLACK_API_URL": world.slack_api_url,
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
    }
    command = [sys.executable, "-Im", "nightaudit_auditor", "run", *map(str, arguments)]
    return subprocess.run(command, env=own | environment, timeout=RUN_SECONDS, check=False).returncode


def _slack(world: World) -> str:
    return "\n".join(
        ("      " if message.thread else "  ") + line
        for message in world.slack_messages()
        for line in message.text.splitlines()
    )
