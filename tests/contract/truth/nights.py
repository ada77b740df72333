"""The demo's AWS in a process of its own, and the auditor's runs over it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.error import URLError

from demo.aws import facts
from demo.aws.seeding import organization
from demo.aws.seeding.cloud import Cloud
from demo.world import REPOSITORY, Ports, World
from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.findings.model import Finding, Status
from nightaudit_auditor.snapshot import open_snapshot
from nightaudit_auditor.steps.keep import FINDINGS, read_findings
from tests.contract.truth.place import Expected, Night

_START_SECONDS = 60
_RUN_SECONDS = 300


@contextmanager
def aws(state: Path) -> Iterator[World]:
    """The demo's AWS with its organization, in each account the audit role, and nothing else."""
    world = World(state=state, ports=Ports.free())
    spec = next(one for one in world.servers() if one.name == "aws")
    with (state / "aws.log").open("wb") as log:
        server = subprocess.Popen(spec.argv, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT)
    try:
        cloud = Cloud(world.aws_url)
        until = time.monotonic() + _START_SECONDS
        while not _is_ready(cloud):
            ended = server.poll() is not None or time.monotonic() > until
            assert not ended, f"the stand-in does not serve:\n{(state / 'aws.log').read_text()[-2000:]}"
            time.sleep(0.1)
        organization.create(cloud)
        for account in facts.ACCOUNTS:
            organization.audit_role(cloud, account)
        # The demo forbids staging's role to read databases; here it is to judge them.
        cloud.client(facts.STAGING, "iam").delete_role_policy(RoleName=facts.AUDIT_ROLE, PolicyName="no-databases")
        yield world
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _is_ready(cloud: Cloud) -> bool:
    try:
        return bool(cloud.state())
    except (URLError, OSError):
        return False


def run(world: World, night: Night, storage: Path) -> Audited:
    """Run the auditor with the night's schedule as on a laptop, and keep what it stores below a folder."""
    schedule = Path(__file__).parent / f"{night}.yaml"
    command = [sys.executable, "-m", "nightaudit_auditor", "run", "-f", str(schedule), "--storage", f"file://{storage}"]
    ran = subprocess.run(
        command, env={"PATH": os.environ["PATH"], **world.environment()}, cwd=REPOSITORY, capture_output=True, text=True,
        check=False, timeout=_RUN_SECONDS,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return Audited(next(storage.rglob(FINDINGS)).parent)


@dataclass(frozen=True)
class Audited:
    """A stored run: its findings, and what it read of the accounts."""

    folder: Path

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, problems and gaps."""
        return read_findings(self.folder / FINDINGS)

    def says(self, status: Status, expected: Expected) -> list[str]:
        """The details of the findings of this status on this resource, or that it led to."""
        return [
            f"{one.check} {one.resource.arn} {one.region}: {one.detail}"
            for one in self.findings
            if one.status is status
            and (one.check, one.account.id, one.region) == (expected.check, expected.account.id, expected.region)
            and expected.resource in (one.resource.arn, one.judged)
            and expected.discriminator in (None, one.discriminator)
        ]

    def is_judged(self, expected: Expected) -> bool:
        """Whether the resource is among those that the check was asked about, by what was collected."""
        kind = id(load().checks[expected.check].kind)
        return expected.resource in self._judged.get((expected.account.id, kind, expected.region), set())

    @cached_property
    def _judged(self) -> dict[tuple[str, int, str], set[str]]:
        """(account, the checks' kind, region) → ARNs."""
        kinds = {id(check.kind): check.kind for check in load().checks.values()}
        found: dict[tuple[str, int, str], set[str]] = {}
        for account, data in open_snapshot(self.folder).items():
            for name, kind in kinds.items():
                for one in kind.enumerate(data):
                    if not isinstance(one, Exception):
                        found.setdefault((account, name, one.region), set()).add(one.arn)
        return found
