"""What somebody put into one resource costs, at the worst, the one answer that holds it."""

from __future__ import annotations

import asyncio
import base64
import gzip
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from nightaudit_auditor.collect.client import Client
from nightaudit_auditor.collect.scheduler import Sweep
from nightaudit_auditor.snapshot import Outcome, Record, SnapshotError
from nightaudit_auditor.snapshot.redact import EXAMINED, Redactor
from tests.unit.collect.conftest import Call, FakeAWS, ec2
from tests.unit.collect.whole import MEMBER, OWN, Recorder, Run, read, schedule

REGION = "eu-central-1"
TEMPLATES = "ec2.describe_launch_template_versions"
FUNCTIONS = {"Functions": [{"FunctionName": "f", "Environment": {"Variables": {"A": "harmless"}}}]}
UNDEFINED = b"Content-Type: multipart/mixed; boundary*=undefined'en'x\n\n--a\n\nx\n"
NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(1000)).encode()


def template(call: Call, script: bytes) -> web.Response:
    data = f"<userData>{base64.b64encode(script).decode()}</userData>"
    item = f"<item><launchTemplateId>lt-1</launchTemplateId><launchTemplateData>{data}</launchTemplateData></item>"
    return ec2(call, f"<launchTemplateVersionSet>{item}</launchTemplateVersionSet>")


def in_member(script: bytes) -> Any:
    """A launch template in the second account; the first has none."""

    def answer(call: Call) -> web.StreamResponse | None:
        hostile = call.operation == "DescribeLaunchTemplateVersions" and call.key == f"ROLE{MEMBER.id}"
        return template(call, script) if hostile else None

    return answer


def functions(call: Call) -> web.StreamResponse | None:
    return web.json_response(FUNCTIONS) if call.operation.rstrip("/").endswith("/functions") else None


def record(folder: Path, operation: str, account: str = OWN.id) -> Record:
    found = read(folder, account).record(operation, REGION)
    assert found is not None
    return found


def everything(folder: Path) -> str:
    return "".join(gzip.decompress(file.read_bytes()).decode() for file in folder.rglob("*.gz"))


@pytest.mark.parametrize(
    ("script", "why"),
    [(UNDEFINED, "malformed (UnicodeError)"), (gzip.compress(NESTED), "multipart nested too deeply")],
    ids=["a boundary in no encoding", "a thousand nested parts"],
)
async def test_a_hostile_template_in_one_account_disturbs_none(
    aws: FakeAWS, run: Run, tmp_path: Path, script: bytes, why: str
) -> None:
    aws.answer = in_member(script)
    collection = await run(schedule(OWN, MEMBER))
    assert [(one.complete, one.error, set(one.outcomes)) for one in collection.accounts] == [(True, "", {"ok"})] * 2
    (version,) = (record(tmp_path, TEMPLATES, MEMBER.id).answer or {})["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"]["UserData"]["unexamined"] == why
    assert base64.b64encode(script).decode() not in everything(tmp_path)


class TestADefect:
    """Costs the answer in which it shows, and is its outcome."""

    async def expect(self, run: Run, folder: Path, operation: str, code: str) -> None:
        progress = Recorder()
        (account,) = (await run(progress=progress)).accounts
        found = record(folder, operation)
        assert (found.outcome, found.code, found.answer) == (Outcome.ERROR, code, None)
        assert "nothing of it is kept" in found.message
        assert account.complete
        assert account.outcomes["error"] == 1
        assert account.by_service[REGION][found.service]["error"] == 1
        assert sum(account.outcomes.values()) == len(progress.calls)
        assert [call.operation for call in progress.calls if call.outcome is Outcome.ERROR] == [found.operation]

    async def test_in_redaction(self, aws: FakeAWS, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> None:
            raise KeyError("harmless")

        monkeypatch.setattr(Redactor, "_replace", broken)
        aws.answer = functions
        await self.expect(run, tmp_path, "lambda.list_functions", "KeyError")
        assert "harmless" not in everything(tmp_path)
        # What would have been asked about the functions is not known either.
        assert record(tmp_path, "lambda.list_aliases").outcome is Outcome.SKIPPED

    async def test_in_redaction_in_another_thread(
        self, aws: FakeAWS, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise KeyError("harmless")

        monkeypatch.setattr(Redactor, "_examined", broken)
        aws.answer = lambda call: (
            template(call, b"harmless") if call.operation == "DescribeLaunchTemplateVersions" else None
        )
        await self.expect(run, tmp_path, TEMPLATES, "KeyError")

    async def test_in_an_answer_that_cannot_be_encoded(
        self, aws: FakeAWS, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = Redactor._replace

        def half(self: Redactor, value: Any, name: str, siblings: dict[str, str]) -> Any:
            return {**plain(self, value, name, siblings), "arn": "\ud83d"}

        monkeypatch.setattr(Redactor, "_replace", half)
        aws.answer = functions
        await self.expect(run, tmp_path, "lambda.list_functions", "UnicodeEncodeError")

    async def test_that_cuts_an_account_short_makes_it_unreachable_and_no_other(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = Sweep._follow

        def follow(self: Sweep, child: Any, source: Any, parent: Record) -> None:
            if parent.account == MEMBER.id and parent.name == "kms.list_keys":
                raise RuntimeError("a defect")
            plain(self, child, source, parent)

        monkeypatch.setattr(Sweep, "_follow", follow)
        own, member = (await run(schedule(OWN, MEMBER))).accounts
        assert (own.complete, own.error) == (True, "")
        assert (member.reachable, member.turns) == (False, None)
        assert member.error.endswith("RuntimeError: a defect")
        # Of calls that were cut off nothing tells, so that what was read would pass for all that there is.
        assert (read(tmp_path).reachable, read(tmp_path, MEMBER.id).reachable) == (True, False)
        assert read(tmp_path, MEMBER.id).operations() == ("sts.get_caller_identity",)

    async def test_before_an_account_is_reached_makes_it_unreachable(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = Client.call

        async def call(self: Client, target: Any, service: str, *rest: Any, **more: Any) -> Any:
            if target.account == MEMBER.id and service == "sts":
                raise RuntimeError("a defect")
            return await plain(self, target, service, *rest, **more)

        monkeypatch.setattr(Client, "call", call)
        own, member = (await run(schedule(OWN, MEMBER))).accounts
        assert own.complete
        assert (member.reachable, member.outcomes) == (False, {"error": 1})
        assert not read(tmp_path, MEMBER.id).reachable

    async def test_of_the_disk_ends_the_run_even_beside_another(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def follow(self: Sweep, child: Any, source: Any, parent: Record) -> None:
            raise RuntimeError("a defect")

        monkeypatch.setattr(Sweep, "_follow", follow)
        (tmp_path / "metadata").mkdir()
        (tmp_path / "metadata" / f"{OWN.id}.jsonl.gz").symlink_to("/dev/full")
        with pytest.raises(SnapshotError, match="No space left on device"):
            await run()


async def test_the_loop_goes_on_while_user_data_is_unpacked_and_a_stop_is_heard(
    aws: FakeAWS, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    examined: list[str] = []

    def examine(data: str) -> tuple[()]:
        examined.append(data)
        asyncio.run_coroutine_threadsafe(_set(stop), loop).result(timeout=60)
        return ()

    monkeypatch.setitem(EXAMINED, "|script", examine)

    def answer(call: Call) -> web.StreamResponse | None:
        if call.operation != "DescribeLaunchTemplateVersions":
            return None
        item = "<item><launchTemplateData><userData>{}</userData></launchTemplateData></item>"
        return ec2(call, f"<launchTemplateVersionSet>{''.join(map(item.format, range(3)))}</launchTemplateVersionSet>")

    aws.answer = answer
    await run(stop=stop)
    versions = (record(tmp_path, TEMPLATES).answer or {})["LaunchTemplateVersions"]
    said = [version["LaunchTemplateData"]["UserData"].get("unexamined", "") for version in versions]
    assert examined == ["0"]
    assert said == ["", "the run ended before", "the run ended before"]


async def _set(event: asyncio.Event) -> None:
    event.set()
