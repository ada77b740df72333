"""Delivery to Slack: everything arrives, or the answer names what did not and why; nothing is ever raised."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.manifests.types import Notification
from nightaudit_auditor.notify import Delivery, News, Notice
from nightaudit_auditor.notify.slack import announce, client, deliver

Make = Callable[..., Change]
MakeNews = Callable[..., News]
MakeNotification = Callable[..., Notification]
TOKEN = "xoxb-1-2-three"


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def send(slack: Any, notification: MakeNotification, slept: list[float]) -> Callable[..., Delivery]:
    def run(news: News, missed: tuple[Change, ...] = (), **given: Any) -> Delivery:
        values = {"token": TOKEN, "api_url": slack.url, "sleep": slept.append, "target": notification(), **given}
        return deliver(news, missed, values.pop("target"), values.pop("token"), values.pop("api_url"), **values)

    return run


class TestSent:
    def test_posts_a_parent_and_the_details_in_its_thread(
        self, slack: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        assert send(news(change())) == Delivery("security", True, "Sent")
        parent, reply = slack.posts()
        assert parent["channel"] == "#security"
        assert parent["text"] == "Night Audit: nightly: 1 new"
        assert "thread_ts" not in parent
        assert (reply["channel"], reply["thread_ts"]) == ("C0SECURITY", "1700000000.000000")
        assert "arn:aws:s3:::bucket-1" in json.dumps(reply["blocks"])
        assert parent["unfurl_links"] is False
        assert {call.authorization for call in slack.calls} == {f"Bearer {TOKEN}"}

    def test_sends_what_was_missed_first(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        missed = (change(7, run="nightly-1", time="2026-01-01T03:17:00Z", severity="High"),)
        assert send(news(change(1)), missed).reason == "Sent"
        details = json.dumps(slack.posts()[1]["blocks"])
        assert details.index("bucket-7") < details.index("bucket-1")
        assert "Found by run `nightly-1`" in details

    def test_a_baseline_is_one_message(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        assert send(news(change(), baseline=True)).reason == "Sent"
        assert len(slack.calls) == 1

    def test_a_token_may_end_in_a_newline(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        assert send(news(change()), token=f"{TOKEN}\n").reason == "Sent"
        assert slack.calls[0].authorization == f"Bearer {TOKEN}"

    def test_an_api_url_needs_no_slash_at_its_end(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        assert send(news(change()), api_url=slack.url.rstrip("/")).reason == "Sent"

    def test_a_thread_that_would_be_long_is_a_file(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        changes = [change(number, detail="d" * 1000) for number in range(120)]
        assert send(news(*changes)) == Delivery("security", True, "Sent")
        assert [call.method for call in slack.calls] == [
            "chat.postMessage",
            "files.getUploadURLExternal",
            "upload/F1",
            "files.completeUploadExternal",
        ]
        upload, complete = slack.calls[2], slack.calls[3]
        assert upload.authorization is None
        text = upload.raw.decode()
        assert all(f"arn:aws:s3:::bucket-{number}\n" in text for number in range(120))
        assert complete.body["channel_id"] == "C0SECURITY"
        assert complete.body["thread_ts"] == "1700000000.000000"
        assert "All 120 changes" in complete.body["initial_comment"]


class TestNothingToSend:
    def test_without_a_change(self, slack: Any, send: Any, news: MakeNews) -> None:
        assert send(news()) == Delivery("security", True, "NothingToSend")
        assert slack.calls == []

    def test_needs_no_token(self, send: Any, news: MakeNews) -> None:
        assert send(news(), token=None).reason == "NothingToSend"


class TestToken:
    def test_a_missing_secret_is_named(self, slack: Any, send: Any, change: Make, news: MakeNews) -> None:
        for token in (None, ""):
            answer = send(news(change()), token=token)
            assert (answer.delivered, answer.reason, answer.undelivered) == (False, "SecretMissing", (change(),))
            assert "the Secret slack with the key token" in answer.message
        assert slack.calls == []

    @pytest.mark.parametrize("token", ["xoxp-user-token", "hunter2", "xoxb-", "xoxb-a b", "xoxb-a\r\nX-Evil: 1", " "])
    def test_what_is_no_bot_token_is_never_sent(
        self, slack: Any, send: Any, change: Make, news: MakeNews, token: str
    ) -> None:
        answer = send(news(change()), token=token)
        assert (answer.delivered, answer.reason) == (False, "InvalidToken")
        assert answer.undelivered == (change(),)
        assert "is not a bot token" in answer.message
        assert token == "xoxb-" or token.strip() == "" or token not in answer.message
        assert slack.calls == []


class TestRefused:
    @pytest.mark.parametrize(
        ("error", "reason", "hint"),
        [
            ("invalid_auth", "InvalidToken", "put a valid bot token into the Secret"),
            ("not_authed", "InvalidToken", "not_authed"),
            ("token_revoked", "InvalidToken", "token_revoked"),
            ("account_inactive", "InvalidToken", "account_inactive"),
            ("channel_not_found", "Rejected", "check slack.channel"),
            ("not_in_channel", "Rejected", "invite the app"),
            ("is_archived", "Rejected", "archived"),
            ("invalid_blocks", "Rejected", "invalid_blocks"),
            ("some_new_error", "Rejected", "some_new_error"),
        ],
    )
    def test_names_slacks_error_and_the_fix(
        self, slack: Any, refuse: Any, send: Any, change: Make, news: MakeNews, error: str, reason: str, hint: str
    ) -> None:
        slack.plan = lambda _call, _before: refuse(error)
        answer = send(news(change()))
        assert (answer.delivered, answer.reason, answer.undelivered) == (False, reason, (change(),))
        assert error in answer.message
        assert hint in answer.message
        assert TOKEN not in answer.message
        assert len(slack.calls) == 1

    def test_tells_the_scope_that_is_missing_and_slacks_own_words(
        self, slack: Any, refuse: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        slack.plan = lambda _call, _before: refuse(
            "missing_scope", needed="chat:write", response_metadata={"messages": ["[ERROR] no scope"]}
        )
        message = send(news(change())).message
        assert "missing_scope (needed: chat:write)" in message
        assert "[ERROR] no scope" in message

    def test_of_a_thread_that_broke_off_only_the_rest_is_undelivered(
        self, slack: Any, refuse: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        changes = [change(number, detail="d" * 1000) for number in range(30)]
        slack.plan = lambda _call, before: refuse("is_archived") if before == 2 else None
        answer = send(news(*changes))
        first = slack.posts()[1]
        arrived = [one for one in changes if f"{one.resource.arn}`" in json.dumps(first["blocks"])]
        assert 0 < len(arrived) < 30
        assert answer.reason == "Rejected"
        assert [one for one in changes if one not in answer.undelivered] == arrived

    def test_a_file_that_could_not_be_attached_is_wholly_undelivered(
        self, slack: Any, refuse: Any, reply: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        changes = tuple(change(number, detail="d" * 1000) for number in range(120))
        failures = {
            "files.getUploadURLExternal": refuse("missing_scope", needed="files:write"),
            "upload/F1": reply(status=403),
            "files.completeUploadExternal": refuse("posting_to_channel_denied"),
        }
        for method, answered in failures.items():
            slack.plan = lambda call, _before, m=method, a=answered: a if call.method == m else None
            answer = send(news(*changes))
            assert (answer.delivered, answer.reason, len(answer.undelivered)) == (False, "Rejected", 120)


class TestRateLimited:
    def test_waits_as_long_as_slack_asks_and_sends_again(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, slept: list[float]
    ) -> None:
        slack.plan = lambda _call, before: (
            reply(status=429, body=b'{"ok":false,"error":"ratelimited"}', headers={"Retry-After": "7"})
            if before < 6
            else None
        )
        assert send(news(change())).reason == "Sent"
        assert slept == [7.0] * 6

    def test_gives_up_when_its_patience_is_spent(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, slept: list[float]
    ) -> None:
        slack.plan = lambda _call, _before: reply(status=429, body=b"{}", headers={"Retry-After": "50"})
        answer = send(news(change()))
        assert (answer.delivered, answer.reason, answer.undelivered) == (False, "RateLimited", (change(),))
        assert slept == [50.0, 50.0]

    @pytest.mark.parametrize("header", [{}, {"Retry-After": "soon"}, {"Retry-After": "-5"}, {"Retry-After": "0"}])
    def test_waits_a_second_when_slack_names_no_time(
        self,
        slack: Any,
        reply: Any,
        send: Any,
        change: Make,
        news: MakeNews,
        slept: list[float],
        header: dict[str, str],
    ) -> None:
        slack.plan = lambda _call, before: reply(status=429, body=b"{}", headers=header) if before == 0 else None
        assert send(news(change())).reason == "Sent"
        assert slept == [1.0]

    def test_the_upload_is_patient_too(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, slept: list[float]
    ) -> None:
        slack.plan = lambda call, _before: (
            reply(status=429, headers={"Retry-After": "3"})
            if call.method.startswith("upload") and len(slept) == 0
            else None
        )
        assert send(news(*[change(number, detail="d" * 1000) for number in range(120)])).reason == "Sent"
        assert slept == [3.0]


class TestUnreachable:
    def test_tries_again_when_slack_fails(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, slept: list[float]
    ) -> None:
        slack.plan = lambda _call, before: reply(status=503, body=b"<html>") if before < 2 else None
        assert send(news(change())).reason == "Sent"
        assert slept == [0.5, 1.0]

    @pytest.mark.parametrize("status", [500, 503])
    def test_gives_up_after_a_few_failures(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, status: int
    ) -> None:
        slack.plan = lambda _call, _before: reply(status=status, body=b"oops")
        answer = send(news(change()))
        assert (answer.reason, answer.undelivered, len(slack.calls)) == ("Unreachable", (change(),), 4)
        assert f"HTTP {status}" in answer.message

    def test_slacks_own_failures_pass(self, slack: Any, refuse: Any, send: Any, change: Make, news: MakeNews) -> None:
        slack.plan = lambda _call, before: refuse("internal_error") if before == 0 else None
        assert send(news(change())).reason == "Sent"

    def test_a_refused_connection_is_tried_again_and_then_told(
        self, send: Any, change: Make, news: MakeNews, slept: list[float]
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        answer = send(news(change()), api_url=f"http://127.0.0.1:{port}/api/")
        assert (answer.reason, answer.undelivered) == ("Unreachable", (change(),))
        assert f"127.0.0.1:{port}: ConnectionRefusedError" in answer.message
        assert slept == [0.5, 1.0, 2.0]

    def test_a_dropped_connection_is_tried_again(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        slack.plan = lambda _call, before: reply(drop=True) if before == 0 else None
        assert send(news(change())).reason == "Sent"

    def test_a_message_that_may_have_arrived_is_not_posted_twice_by_one_run(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.2)
        slack.plan = lambda _call, _before: reply(delay=5.0, drop=True)
        answer = send(news(change()))
        assert (answer.reason, answer.undelivered, len(slack.calls)) == ("Unreachable", (change(),), 1)
        assert "did not answer within" in answer.message

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"<html>a proxy's page</html>", "text/html"),
            (b"\xff\xfe\x00garbage", "application/json"),
            (b"[1, 2]", "application/json"),
            (b"", "application/json"),
            (b'"ok"', "application/json"),
            (b'{"ok": true}', "application/json"),
            (b'{"ok": true, "channel": 7, "ts": null}', "application/json"),
            (b"{}", "application/json; charset=no-such-charset"),
        ],
    )
    def test_an_answer_that_is_not_slacks_is_told(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews, body: bytes, content_type: str
    ) -> None:
        slack.plan = lambda _call, _before: reply(body=body, headers={"Content-Type": content_type})
        answer = send(news(change()))
        assert (answer.delivered, answer.reason, answer.undelivered) == (False, "Unreachable", (change(),))
        assert "did not answer as Slack's API does" in answer.message

    @pytest.mark.parametrize("url", ["", "file:///etc/passwd", "slack.com/api", "ftp://x/"])
    def test_an_address_that_is_none_is_told(self, send: Any, change: Make, news: MakeNews, url: str) -> None:
        answer = send(news(change()), api_url=url)
        assert (answer.reason, answer.undelivered) == ("Unreachable", (change(),))
        assert "is not an http(s) address" in answer.message

    def test_an_upload_address_that_is_no_web_address_is_not_opened(
        self, slack: Any, reply: Any, send: Any, change: Make, news: MakeNews
    ) -> None:
        slack.plan = lambda call, _before: (
            reply(body=b'{"ok": true, "upload_url": "file:///etc/passwd", "file_id": "F1"}')
            if call.method == "files.getUploadURLExternal"
            else None
        )
        answer = send(news(*[change(number, detail="d" * 1000) for number in range(120)]))
        assert answer.reason == "Unreachable"


class TestAnnounce:
    NOTICE = Notice(schedule="nightly", namespace="security", run="nightly-2", reason="OOMKilled", message="512Mi")

    def test_tells_that_a_run_died(self, slack: Any, notification: MakeNotification) -> None:
        assert announce(self.NOTICE, notification(), TOKEN, slack.url) == Delivery("security", True, "Sent")
        (post,) = slack.posts()
        assert post["text"] == "Night Audit: nightly: the audit died (OOMKilled)"

    def test_keeps_quiet_under_the_policy_never(self, slack: Any, notification: MakeNotification) -> None:
        assert announce(self.NOTICE, notification(policy="Never"), TOKEN, slack.url).reason == "NothingToSend"
        assert slack.calls == []

    def test_tells_why_it_could_not(self, slack: Any, refuse: Any, notification: MakeNotification) -> None:
        slack.plan = lambda _call, _before: refuse("invalid_auth")
        assert announce(self.NOTICE, notification(), TOKEN, slack.url).reason == "InvalidToken"
        assert announce(self.NOTICE, notification(), None, slack.url).reason == "SecretMissing"
