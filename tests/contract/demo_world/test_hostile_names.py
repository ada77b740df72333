"""Whatever people call their resources, nothing obeys it: no page, no terminal, no log, no message; and a name of a megabyte stays a name.

The account's owner is the attacker here, the reader of the report the one to be fooled. What is data (the snapshot, the findings, JSON) keeps
every character as data; what is shown writes it out.
"""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from demo.aws import facts
from demo.aws.facts import MANAGEMENT
from demo.aws.seeding.cloud import Cloud
from demo.world import REPOSITORY, SLACK_CHANNEL, SLACK_TOKEN, Ports, World
from tests.contract.demo_world.hostile import JSON_NAME, Hostile
from tests.contract.demo_world.test_organization import MEMBER_EXTERNAL_ID, MEMBER_ROLE, member_role

MEGABYTE = 1_000_000
OBEYED = ("\x1b]", "\x1b[35", "\x07", "\x9b", "\x7f", "\x00", "\u202e", "\u2066", "\u200b", "\u2028")
"""What a terminal obeys of the planted names; the program's own colours and movements are others."""


@dataclass(frozen=True)
class Night:
    """A run: what it wrote to both streams, its termination message, its folder."""

    said: str
    termination: bytes
    folder: Path

    @property
    def findings(self) -> list[bytes]:
        """The lines."""
        with gzip.open(self.folder / "findings.jsonl.gz") as lines:
            return lines.read().splitlines()

    @property
    def report(self) -> str:
        return (self.folder / "report.html").read_text()


class Auditor:
    """The command on a laptop or, with `pod`, as in a pod."""

    def __init__(self, world: World, folder: Path, account: str) -> None:
        self.world = world
        self.folder = folder
        self.schedule = folder / "schedule.yaml"
        spec = {
            "schedule": "17 3 * * *", "regions": {"include": [facts.HOME_REGION]},
            "organization": {
                "roleARN": MANAGEMENT.role_arn, "externalID": MANAGEMENT.external_id, "memberRoleName": MEMBER_ROLE,
                "memberExternalID": MEMBER_EXTERNAL_ID, "managementAccount": "Exclude", "include": {"accounts": [account]},
            },
            "storage": {"s3": {"bucket": facts.AUDIT_BUCKET, "region": facts.HOME_REGION}},
            "errors": {"sns": {"topicARN": facts.ERRORS_TOPIC_ARN}},
            "notifications": [
                {
                    "name": "everything", "minimumSeverity": "Info", "tiers": ["A", "B", "C"],
                    "slack": {"channel": f"#{SLACK_CHANNEL}", "tokenSecretRef": {"name": "slack", "key": "token"}},
                }
            ],
        }  # fmt: skip
        metadata = {"name": "hostile", "namespace": "security"}
        body = {"apiVersion": "nightaudit.dev/v1alpha1", "kind": "AuditSchedule", "metadata": metadata, "spec": spec}
        self.schedule.write_text(yaml.safe_dump(body))

    def run(self, storage: str, *, pod: bool) -> Night:
        """A whole night, on a terminal unless in a pod."""
        place = self.folder / storage
        log = self.folder / "termination-log"
        arguments = ("run", "-f", str(self.schedule), "--storage", place.as_uri())
        more = {
            "SLACK_BOT_TOKEN": SLACK_TOKEN, "NIGHTAUDIT_SLACK_API_URL": self.world.slack_api_url,
            "NIGHTAUDIT_TERMINATION_LOG": str(log),
        }  # fmt: skip
        if pod:
            said = self.say(*arguments, NIGHTAUDIT_LOG_FORMAT="json", **more)
        else:
            said = self.on_a_terminal(*arguments, **more)
        manifest = max(place.rglob("manifest.json"), key=lambda path: path.stat().st_mtime_ns)
        return Night(said, log.read_bytes(), manifest.parent)

    def say(self, *arguments: str, **variables: str) -> str:
        """Both streams of a command, through pipes."""
        ran = subprocess.run(
            [sys.executable, "-m", "nightaudit_auditor", *arguments],
            env=self._environment(variables), cwd=REPOSITORY, capture_output=True, check=False, timeout=180,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr.decode()[-2000:]
        return (ran.stdout + ran.stderr).decode()

    def on_a_terminal(self, *arguments: str, **variables: str) -> str:
        """Both streams of a command, as a terminal of 200 columns gets them."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "nightaudit_auditor", *arguments],
            env=self._environment({"TERM": "xterm-256color", "COLUMNS": "200", **variables}),
            cwd=REPOSITORY, stdin=theirs, stdout=theirs, stderr=theirs,
        ) as process:  # fmt: skip
            os.close(theirs)
            got = b"".join(_until_closed(ours))
            os.close(ours)
            assert process.wait(timeout=180) == 0, got.decode(errors="replace")[-2000:]
        return got.decode()

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **self.world.environment(), **variables}


def _until_closed(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:  # EIO: nobody holds the other side any more
            return
        if not part:
            return
        yield part


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of its own: what is planted here would be in everybody's way."""
    started = World(state=tmp_path_factory.mktemp("hostile"), ports=Ports.free())
    try:
        started.start()
        started.seed()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def hostile(world: World) -> Hostile:
    """An account that can be audited and has a hostile name itself, as has its sister, whom nobody audits."""
    cloud = Cloud(world.aws_url)
    made = [
        cloud.home("organizations").create_account(AccountName=JSON_NAME, Email=f"aws+{number}@example.com")
        for number in range(2)
    ]
    account = facts.Account(made[0]["CreateAccountStatus"]["AccountId"], "hostile", "")
    member_role(cloud, account)
    return Hostile(cloud, account)


@pytest.fixture(scope="module")
def auditor(world: World, hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Auditor:
    return Auditor(world, tmp_path_factory.mktemp("runs"), hostile.account.id)


@pytest.fixture(scope="module")
def nights(auditor: Auditor, hostile: Hostile) -> tuple[Night, Night]:
    """In a pod, before and after everything was planted: all of it is news."""
    before = auditor.run("pod", pod=True)
    hostile.plant()
    return before, auditor.run("pod", pod=True)


@pytest.fixture(scope="module")
def night(nights: tuple[Night, Night]) -> Night:
    return nights[1]


@pytest.fixture(scope="module")
def messages(world: World, night: Night) -> list[dict[str, Any]]:
    assert night
    with urlopen(f"{world.slack_url}/demo/messages", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["messages"]
    return found


@pytest.fixture(scope="module")
def said(auditor: Auditor, night: Night) -> str:
    assert night
    return auditor.run("terminal", pod=False).said


def steering(text: str, allowed: str = "\n") -> set[str]:
    """The characters in it that have no glyph, and steer whoever shows them."""
    found = {character for character in set(text) - set(allowed) if not character.isprintable()}
    return {character for character in found if unicodedata.category(character) != "Zs"}


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from (key, *texts(each))
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def planted(findings: list[bytes]) -> set[str]:
    """The checks that a planted name brought a finding of."""
    return {json.loads(line)["check"] for line in findings if b"alert(1)" in line}


def test_every_kind_of_name_is_in_a_finding(night: Night) -> None:
    assert {
        "EC2_PUBLIC_ADMIN_PORT", "EBS_SNAPSHOT_PUBLIC", "LAMBDA_ENV_SECRET", "IAM_ROLE_ASSUMABLE_BY_ANYONE",
        "IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT", "S3_BUCKET_CROSS_ACCOUNT", "ORG_ACCOUNT_NOT_AUDITED", "CFN_OUTPUT_SECRET",
    } - planted(night.findings) == set()  # fmt: skip


class TestTheFindings:
    def test_are_lines_of_bounded_length(self, night: Night) -> None:
        assert max(map(len, night.findings)) < 100_000

    def test_of_one_function_are_as_many_as_it_has_secrets(self, night: Night) -> None:
        found = [json.loads(line) for line in night.findings]
        assert len({one["fingerprint"] for one in found if one["check"] == "LAMBDA_ENV_SECRET"}) == 3


def test_half_a_character_is_another_character_and_hides_nothing(night: Night) -> None:
    found = [json.loads(line) for line in night.findings]
    problems = [(one["check"], one["resource"]["name"]) for one in found if one["status"] == "FAIL"]
    assert ("IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT", "half") in problems
    assert [check for check, _ in problems].count("KMS_KEY_PUBLIC") == 2
    assert not any("MalformedAnswer" in line.decode() for line in night.findings)


class TestThePod:
    def test_writes_a_log_of_json_lines_that_nothing_can_steer(self, nights: tuple[Night, Night]) -> None:
        for night in nights:
            assert steering(night.said) == set()
            assert all(json.loads(line) for line in night.said.splitlines())

    def test_logs_no_line_of_a_megabyte(self, night: Night) -> None:
        assert max(map(len, night.said.splitlines())) < 20_000

    def test_leaves_a_message_that_fits_and_steers_nothing(self, night: Night) -> None:
        assert len(night.termination) <= 4096
        assert steering(night.termination.decode()) == set()
        assert [one for one in texts(json.loads(night.termination)) if steering(one)] == []


class TestTheReport:
    def test_has_no_character_that_steers(self, night: Night) -> None:
        assert steering(night.report) == set()

    def test_has_no_markup_of_a_name(self, night: Night) -> None:
        assert "<script>alert" not in night.report
        assert "alert(1)" in night.report

    def test_is_bounded_whatever_a_name_is(self, nights: tuple[Night, Night]) -> None:
        before, after = (len(night.report) for night in nights)
        assert after - before < MEGABYTE


class TestSlack:
    def test_hears_of_the_names(self, messages: list[dict[str, Any]]) -> None:
        assert any("alert(1)" in text for text in texts(messages))

    def test_gets_no_character_that_steers_and_no_markup(self, messages: list[dict[str, Any]]) -> None:
        shown = [text for one in messages for text in texts([one["text"], one["blocks"]])]
        assert {character for text in shown for character in steering(text)} == set()
        for mark in ("<script", "<!channel>", "<@U1>", " *bold*", " `code`"):
            assert [text for text in shown if mark in text] == []

    def test_gets_messages_of_bounded_length(self, messages: list[dict[str, Any]]) -> None:
        assert max(len(json.dumps(one["blocks"], ensure_ascii=False)) for one in messages) <= 12_000

    def test_gets_files_that_steer_nothing_and_are_bounded(self, world: World, messages: list[dict[str, Any]]) -> None:
        attached = [file for one in messages for file in one["files"]]
        for file in attached:
            with urlopen(f"{world.slack_url}/files/{file}", timeout=10) as answer:
                content = answer.read().decode()
            assert steering(content) == set()
            assert len(content) < MEGABYTE


def test_the_errors_topic_gets_no_character_that_steers(world: World, night: Night) -> None:
    assert night
    for published in world.sns_messages():
        assert steering(published["subject"] + published["message"]) == set()
        assert [one for one in texts(json.loads(published["message"])) if steering(one)] == []


class TestATerminal:
    def test_shows_the_run_and_obeys_no_name(self, said: str) -> None:
        assert "alert(1)" in said
        assert [mark for mark in OBEYED if mark in said] == []

    @pytest.mark.parametrize(
        "command",
        [
            (view, *output)
            for view in ("inventory", "public", "admins", "trust", "unused")
            for output in ((), ("-o", "csv"), ("-o", "json"))
        ]
        + [("trust", "-o", "dot")],
        ids=" ".join,
    )
    def test_shows_every_view_and_obeys_no_name(self, auditor: Auditor, night: Night, command: tuple[str, ...]) -> None:
        view, *options = command
        said = auditor.say(view, str(night.folder), *options)
        assert steering(said, "\r\n" if "csv" in options else "\n") == set()
        if view in ("public", "trust", "unused") and "dot" not in options:
            assert "alert(1)" in said

    @pytest.mark.parametrize("view", ["public", "admins", "trust", "unused"])
    def test_shows_tables_of_bounded_width(self, auditor: Auditor, night: Night, view: str) -> None:
        assert max(map(len, auditor.say(view, str(night.folder)).splitlines())) < 20_000

    @pytest.mark.parametrize("output", ["table", "json"])
    def test_shows_an_audit_and_a_difference(self, auditor: Auditor, nights: tuple[Night, Night], output: str) -> None:
        before, after = (str(night.folder / "findings.jsonl.gz") for night in nights)
        audit = auditor.say("audit", str(nights[1].folder), "-f", str(auditor.schedule), "-o", output)
        for said in (audit, auditor.say("diff", before, after, "-o", output)):
            assert steering(said) == set()
            assert "alert(1)" in said
            assert max(map(len, said.splitlines())) < 20_000

    def test_shows_a_collection(self, auditor: Auditor, night: Night, tmp_path: Path) -> None:
        assert night
        said = auditor.say("collect", "-f", str(auditor.schedule), str(tmp_path / "snapshot"))
        assert steering(said) == set()
        assert "not audited" in said
