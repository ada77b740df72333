"""Delivery against a server that judges messages as Slack does: its limits, names of errors, uploads and rates."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.model import AccountRef, ResourceRef
from nightaudit_auditor.manifests.types import Notification, SecretKeyRef, SlackTarget
from nightaudit_auditor.notify import News, Notice
from nightaudit_auditor.notify.slack import announce, deliver

ROOT = Path(__file__).parents[3]
TOKEN = "xoxb-contract-test"
START_SECONDS = 20


class Slack:
    """The server and what it holds."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.api = f"{self.base}/api/"

    def ask(self, path: str, body: object | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.base}{path}", data=data), timeout=5) as answer:
            return json.load(answer)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.ask("/demo/messages")["messages"]


@pytest.fixture(scope="module")
def server() -> Iterator[Slack]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.slack", "--port", str(port), "--token", TOKEN],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    slack = Slack(port)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            slack.ask("/demo/messages")
            break
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                _, errors = process.communicate(timeout=5)
                pytest.fail(f"the Slack-shaped server did not start: {errors.decode()}")
            time.sleep(0.1)
    yield slack
    process.terminate()
    process.communicate(timeout=10)


@pytest.fixture
def slack(server: Slack) -> Slack:
    server.ask("/demo/reset", {})
    return server


def notification(channel: str = "#security-alerts") -> Notification:
    return Notification(
        name="security", slack=SlackTarget(channel=channel, token_secret_ref=SecretKeyRef(name="slack", key="token"))
    )


def change(number: int, **given: Any) -> Change:
    values: dict[str, Any] = {
        "fingerprint": f"{number:064x}",
        "kind": "new",
        "check": f"CHECK_{number % 7}",
        "severity": "Critical",
        "tier": "A",
        "account": AccountRef(id="111111111111", name="production <prod> & *more*"),
        "region": "eu-central-1",
        "resource": ResourceRef(arn=f"arn:aws:s3:::bucket-{number}-end", type="AWS::S3::Bucket", name="b"),
        "title": "Anyone <script> can _read_ the `bucket` :fire:",
        "detail": "the policy allows s3:* to * <!channel>",
        "run": "nightly-2",
        "time": "2026-01-02T03:17:00Z",
    }
    return Change(**{**values, **given})


def news(*changes: Change) -> News:
    return News(
        schedule="nightly", namespace="security", run="nightly-2", result="Findings", baseline=False,
        time="2026-01-02T03:17:00Z", accounts_total=3, counts={"Critical": len(changes)}, changes=changes,
        report_url="https://reports.example/r.html?a=1&b=2", remediation={"CHECK_1": "Close it."},
    )  # fmt: skip


class TestMessages:
    def test_are_accepted_and_hold_every_change(self, slack: Slack) -> None:
        missed = (change(99, run="nightly-1", time="2026-01-01T03:17:00Z"),)
        answer = deliver(news(*map(change, range(12))), missed, notification(), TOKEN, slack.api)
        assert (answer.delivered, answer.reason, answer.message) == (True, "Sent", "")
        parent, *replies = slack.messages
        assert [reply["reply"] for reply in replies] == [True] * len(replies)
        thread = json.dumps(replies)
        for number in (*range(12), 99):
            assert thread.count(f"bucket-{number}-end") == 1
        assert "nightly-1" in json.dumps(parent)

    def test_of_a_dozen_obey_the_rate_limit(self, slack: Slack) -> None:
        changes = [change(number, detail="d" * 1200) for number in range(45)]
        answer = deliver(news(*changes), (), notification(), TOKEN, slack.api)
        assert (answer.reason, answer.message) == ("Sent", "")
        assert len(slack.messages) > 5
        assert all(f"bucket-{number}-end" in json.dumps(slack.messages) for number in range(45))

    def test_beyond_a_thread_are_a_file_in_it(self, slack: Slack) -> None:
        changes = [change(number, detail="d" * 1200) for number in range(150)]
        answer = deliver(news(*changes), (), notification(), TOKEN, slack.api)
        assert (answer.reason, answer.message) == ("Sent", "")
        parent, attached = slack.messages
        assert not parent["reply"]
        assert attached["reply"]
        assert "All 150 changes" in json.dumps(attached)
        with urllib.request.urlopen(f"{slack.base}/files/{attached['files'][0]}", timeout=5) as answer:
            assert "nightaudit-nightly-nightly-2.txt" in answer.headers["Content-Disposition"]
            text = answer.read().decode()
        assert all(f"bucket-{number}-end\n" in text for number in range(150))

    def test_about_a_run_that_died_are_accepted(self, slack: Slack) -> None:
        notice = Notice(schedule="nightly", namespace="security", run="r", reason="OOMKilled", message="x" * 9000)
        assert announce(notice, notification(), TOKEN, slack.api).reason == "Sent"
        assert "OOMKilled" in json.dumps(slack.messages)


class TestFailures:
    def test_a_wrong_token(self, slack: Slack) -> None:
        answer = deliver(news(change(1)), (), notification(), "xoxb-wrong", slack.api)
        assert (answer.delivered, answer.reason, answer.undelivered) == (False, "InvalidToken", (change(1),))
        assert slack.messages == []

    def test_an_unknown_channel(self, slack: Slack) -> None:
        answer = deliver(news(change(1)), (), notification("#no-such-channel"), TOKEN, slack.api)
        assert (answer.reason, "channel_not_found" in answer.message) == ("Rejected", True)

    def test_a_server_that_is_down_and_what_the_next_run_then_sends(self, slack: Slack) -> None:
        slack.ask("/demo/fault", {"down": True})
        failed = deliver(news(change(1)), (), notification(), TOKEN, slack.api, sleep=lambda _: None)
        assert (failed.reason, failed.undelivered) == ("Unreachable", (change(1),))
        slack.ask("/demo/fault", {})
        late = deliver(
            News(
                schedule="nightly", namespace="security", run="nightly-3", result="Findings", baseline=False,
                time="2026-01-03T03:17:00Z", accounts_total=3,
            ),
            failed.undelivered, notification(), TOKEN, slack.api,
        )  # fmt: skip
        assert late.reason == "Sent"
        shown = json.dumps(slack.messages, ensure_ascii=False)
        assert shown.count("bucket-1-end") == 1
        assert "not delivered until now" in shown

    def test_a_rate_limit_that_does_not_end(self, slack: Slack) -> None:
        slack.ask("/demo/fault", {"rate_limit": 100, "retry_after": 60})
        answer = deliver(news(change(1)), (), notification(), TOKEN, slack.api, sleep=lambda _: None)
        assert (answer.reason, answer.undelivered) == ("RateLimited", (change(1),))

    def test_a_gateway_that_answers_instead(self, slack: Slack) -> None:
        slack.ask("/demo/fault", {"status": 502})
        answer = deliver(news(change(1)), (), notification(), TOKEN, slack.api, sleep=lambda _: None)
        assert (answer.reason, "HTTP 502" in answer.message) == ("Unreachable", True)
