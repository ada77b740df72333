"""`nightaudit collect` as a process, on bad days: what it says, its exit status, and what the snapshot says of itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from aiohttp import web

from nightaudit_auditor.snapshot import Outcome, SnapshotError, open_snapshot
from tests.unit.collect.conftest import Call, FakeAWS, ec2, refuse
from tests.unit.collect.whole import OWN, read

SECONDS = 60


@dataclass(frozen=True)
class Ended:
    status: int
    shown: str
    said: str


@dataclass
class Command:
    """The command's folder and process. Awaited, it runs to its end; `under` runs it inside another program."""

    folder: Path
    schedule: Path
    under: tuple[str, ...] = ()
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self) -> asyncio.subprocess.Process:
        command = [sys.executable, "-m", "nightaudit_auditor", "collect", "-f", str(self.schedule), str(self.folder)]
        process = await asyncio.create_subprocess_exec(
            *self.under, *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.started.append(process)
        return process

    async def end(self, process: asyncio.subprocess.Process) -> Ended:
        shown, said = await asyncio.wait_for(process.communicate(), SECONDS)
        assert process.returncode is not None
        return Ended(process.returncode, shown.decode(), said.decode())

    async def run(self) -> Ended:
        return await self.end(await self.start())


@pytest.fixture
async def command(aws: FakeAWS, tmp_path: Path):
    spec = {
        "schedule": "@daily",
        "accounts": [{"id": OWN.id, "name": OWN.name}],
        "storage": {"s3": {"bucket": "nightaudit-results"}},
    }
    schedule = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": {"name": "nightly"}}
    (tmp_path / "schedule.yaml").write_text(yaml.safe_dump({**schedule, "spec": spec}))
    made = Command(tmp_path / "snapshot", tmp_path / "schedule.yaml")
    yield made
    for process in made.started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_on_a_good_day_it_exits_with_0_and_the_snapshot_is_complete(command: Command) -> None:
    ended = await command.run()
    assert ended.status == 0, ended.said
    assert read(command.folder).complete


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
async def test_an_interrupt_keeps_what_was_had_and_the_snapshot_says_that_it_is_not_complete(
    command: Command, aws: FakeAWS, number: signal.Signals
) -> None:
    waiting = asyncio.Event()

    async def hang(call: Call) -> web.StreamResponse:
        if call.operation == "DescribeDBSnapshots":
            waiting.set()
            await asyncio.Event().wait()
        return aws._default(call)

    aws.answer = hang
    process = await command.start()
    await asyncio.wait_for(waiting.wait(), SECONDS)
    await asyncio.sleep(0.5)  # for the others to be answered
    process.send_signal(number)
    ended = await command.end(process)
    assert ended.status == 1
    assert f"{command.folder}: the collection ended early (Interrupted): the snapshot is not complete" in ended.said
    assert "Traceback" not in ended.said
    data = read(command.folder)
    assert not data.complete
    record = data.record("rds.describe_db_snapshots", "eu-central-1")
    assert record is not None
    assert (record.outcome, record.code) == (Outcome.SKIPPED, "Interrupted")
    assert data.answer("iam.get_account_summary") == {}


async def test_a_second_interrupt_does_not_wait_for_a_call_that_botocore_makes_for_its_credentials(
    command: Command, aws: FakeAWS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "token"
    token.write_text("a token")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ROLE_ARN", f"arn:aws:iam::{OWN.id}:role/pod")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    waiting = asyncio.Event()

    async def hang(_: Call) -> web.StreamResponse:
        waiting.set()
        return await asyncio.Event().wait()

    aws.answer = hang
    process = await command.start()
    await asyncio.wait_for(waiting.wait(), SECONDS)
    process.send_signal(signal.SIGINT)
    await asyncio.sleep(0.5)  # for the first to be heard
    process.send_signal(signal.SIGINT)
    assert (await command.end(process)).status == -signal.SIGINT


async def test_a_disk_that_fills_up_ends_it_with_the_file_and_the_reason(command: Command, aws: FakeAWS) -> None:
    if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine allows nobody a file system of his own")
    command.folder.mkdir()
    script = 'mount -t tmpfs -o size=8k tmpfs "$0" && exec "$@"'
    command.under = ("unshare", "-rm", "sh", "-c", script, str(command.folder))
    much = os.urandom(50_000).hex()
    aws.answer = lambda call: (
        ec2(call, f"<vpcSet><item><vpcId>{much}</vpcId></item></vpcSet>") if call.operation == "DescribeVpcs" else None
    )
    ended = await command.run()
    assert ended.status == 1
    assert f"metadata/{OWN.id}.jsonl.gz: cannot be written: No space left on device" in ended.said
    assert "Traceback" not in ended.said


async def test_a_snapshot_whose_disk_was_full_is_not_read_as_a_whole_one(command: Command) -> None:
    await command.run()
    path = command.folder / "metadata" / f"{OWN.id}.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SnapshotError, match=f"{OWN.id}.jsonl.gz"):
        open_snapshot(command.folder)[OWN.id]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: web.Response(text="<!DOCTYPE html><p>Please log in"), "the endpoint answered HTML (HTTP status 200): a proxy"),
        (lambda call: refuse(call, 403, "ExpiredToken", "expired"), "own credentials have expired: log in again"),
    ],
    ids=["everything is HTML", "expired token"],
)  # fmt: skip
async def test_an_account_that_cannot_be_reached_says_why(
    command: Command, aws: FakeAWS, answer: Callable[[Call], web.StreamResponse], said: str
) -> None:
    aws.answer = answer
    ended = await command.run()
    assert ended.status == 1
    data = read(command.folder)
    assert not data.reachable
    record = data.record("sts.get_caller_identity")
    assert record is not None
    assert said in record.message
    assert {call.operation for call in aws.calls} == {"GetCallerIdentity"}


async def test_nothing_is_collected_under_the_name_of_an_account_that_the_credentials_do_not_lead_to(
    command: Command, aws: FakeAWS
) -> None:
    aws.account = "999999999999"
    ended = await command.run()
    assert ended.status == 1
    assert [call.operation for call in aws.calls] == ["GetCallerIdentity"]
    data = read(command.folder)
    assert (data.reachable, data.operations()) == (False, ("sts.get_caller_identity",))
    record = data.record("sts.get_caller_identity")
    assert record is not None
    assert f"leads to account 999999999999, not to {OWN.id}" in record.message
