"""The Slack server, used with Slack's own client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from demo.world import SLACK_TOKEN, World

CHANNEL = "#security-alerts"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}}


@pytest.fixture
def slack(world: World) -> Iterator[WebClient]:
    urlopen(Request(f"{world.slack_url}/demo/reset", b"{}"), timeout=5).close()
    yield WebClient(token=SLACK_TOKEN, base_url=world.slack_api_url, timeout=5)
    world.slack_fault()


def refused(call: Any, **parameters: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call(**parameters)
    return dict(caught.value.response.data)


class TestTokens:
    def test_without_a_token(self, world: World) -> None:
        client = WebClient(base_url=world.slack_api_url)
        assert refused(client.auth_test) == {"ok": False, "error": "not_authed"}

    def test_with_a_wrong_token(self, world: World) -> None:
        client = WebClient(token="xoxb-wrong", base_url=world.slack_api_url)
        assert refused(client.chat_postMessage, channel=CHANNEL, text="x")["error"] == "invalid_auth"

    def test_with_the_right_one(self, slack: WebClient) -> None:
        assert slack.auth_test()["user"] == "nightaudit"


class TestMessages:
    def test_a_message_with_a_thread_is_read_back(self, slack: WebClient) -> None:
        parent = slack.chat_postMessage(channel=CHANNEL, text="news", blocks=[SECTION])
        slack.chat_postMessage(channel=parent["channel"], thread_ts=parent["ts"], text="detail")
        history = slack.conversations_history(channel=parent["channel"])["messages"]
        assert [(one["text"], one["reply_count"]) for one in history] == [("news", 1)]
        replies = slack.conversations_replies(channel=parent["channel"], ts=parent["ts"])["messages"]
        assert [one["text"] for one in replies] == ["news", "detail"]
        assert replies[1]["thread_ts"] == parent["ts"]

    def test_blocks_may_be_json_in_a_form(self, slack: WebClient) -> None:
        posted = slack.api_call(
            "chat.postMessage", data={"channel": "security-alerts", "text": "x", "blocks": '[{"type":"divider"}]'}
        )
        assert posted["message"]["blocks"] == [{"type": "divider"}]

    @pytest.mark.parametrize(
        ("parameters", "error"),
        [
            ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
            ({"channel": "#finance", "text": "x"}, "not_in_channel"),
            ({"channel": "#old-alerts", "text": "x"}, "is_archived"),
            ({"channel": CHANNEL, "text": ""}, "no_text"),
            ({"channel": CHANNEL, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
            ({"channel": CHANNEL, "text": "x" * 40001}, "msg_too_long"),
            ({"channel": CHANNEL, "text": "x", "blocks": "[oops"}, "invalid_blocks_format"),
            ({"channel": CHANNEL, "text": "x", "blocks": '{"type": "divider"}'}, "invalid_blocks_format"),
        ],
    )
    def test_what_slack_refuses(self, slack: WebClient, parameters: dict[str, str], error: str) -> None:
        # As JSON: the client warns about an empty text in its own way of posting.
        assert refused(slack.api_call, api_method="chat.postMessage", json=parameters)["error"] == error

    def test_a_malformed_block_is_pointed_at(self, slack: WebClient) -> None:
        long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
        answer = refused(slack.chat_postMessage, channel=CHANNEL, text="x", blocks=[SECTION, long])
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
        ]

    def test_an_unknown_method(self, slack: WebClient) -> None:
        assert refused(slack.api_call, api_method="chat.shout")["error"] == "unknown_method"

    def test_a_body_that_is_not_json(self, world: World) -> None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {SLACK_TOKEN}"}
        with urlopen(Request(f"{world.slack_api_url}auth.test", b"{oops", headers), timeout=5) as answer:
            assert answer.read() == b'{"ok": false, "error": "invalid_json"}'


class TestChannels:
    def test_they_are_listed_page_by_page(self, slack: WebClient) -> None:
        first = slack.conversations_list(limit=2, exclude_archived=True)
        rest = slack.conversations_list(
            limit=9, exclude_archived=True, cursor=first["response_metadata"]["next_cursor"]
        )
        names = [one["name"] for page in (first, rest) for one in page["channels"]]
        assert names == ["general", "security-alerts", "platform", "finance"]
        assert rest["response_metadata"]["next_cursor"] == ""

    def test_one_is_described(self, slack: WebClient) -> None:
        assert slack.conversations_info(channel="C0OLDALERTS")["channel"]["is_archived"] is True
        assert refused(slack.conversations_info, channel="C0")["error"] == "channel_not_found"

    def test_a_limit_out_of_bounds(self, slack: WebClient) -> None:
        assert refused(slack.conversations_list, limit=5000)["error"] == "invalid_arguments"


class TestFiles:
    def test_a_file_is_uploaded_into_a_thread(self, slack: WebClient, world: World) -> None:
        parent = slack.chat_postMessage(channel=CHANNEL, text="news")
        uploaded = slack.files_upload_v2(
            channel=parent["channel"], thread_ts=parent["ts"], filename="all.csv", title="All of it", content="a,b\n",
            initial_comment="the rest",
        )  # fmt: skip
        with urlopen(uploaded["file"]["permalink"], timeout=5) as answer:
            assert answer.read() == b"a,b\n"
            assert answer.headers["Content-Disposition"] == 'attachment; filename="all.csv"'
        assert [one.text for one in world.slack_messages() if one.thread] == ["the rest"]

    def test_fewer_bytes_than_announced(self, slack: WebClient) -> None:
        announced = slack.files_getUploadURLExternal(filename="a", length=10)
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(announced["upload_url"], b"short"), timeout=5)
        assert caught.value.read() == b"10 bytes were announced, 5 came"
        caught.value.close()

    def test_a_file_that_never_arrived(self, slack: WebClient) -> None:
        announced = slack.files_getUploadURLExternal(filename="a", length=10)
        files = [{"id": announced["file_id"], "title": "a"}]
        assert refused(slack.files_completeUploadExternal, files=files)["error"] == "file_not_found"


class TestRateLimit:
    def test_a_sixth_message_at_once_must_wait(self, slack: WebClient) -> None:
        for _ in range(5):
            slack.chat_postMessage(channel=CHANNEL, text="x")
        with pytest.raises(SlackApiError) as caught:
            slack.chat_postMessage(channel=CHANNEL, text="x")
        response = caught.value.response
        assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
        assert response.data == {"ok": False, "error": "ratelimited"}

    def test_who_waits_as_told_gets_through(self, slack: WebClient, world: World) -> None:
        slack.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
        world.slack_fault(rate_limit=1, retry_after=1)
        began = time.monotonic()
        assert slack.chat_postMessage(channel=CHANNEL, text="x")["ok"]
        assert time.monotonic() - began >= 1


class TestFaults:
    def test_down_closes_the_connection(self, slack: WebClient, world: World) -> None:
        slack.retry_handlers.clear()
        world.slack_fault(down=True)
        with pytest.raises(OSError, match=r"closed connection|reset by peer"):
            slack.auth_test()
        world.slack_fault()
        assert slack.auth_test()["ok"]

    def test_a_status_is_answered_to_everything(self, slack: WebClient, world: World) -> None:
        world.slack_fault(status=503)
        with pytest.raises(SlackApiError) as caught:
            slack.auth_test()
        assert caught.value.response.status_code == 503

    def test_latency_delays(self, slack: WebClient, world: World) -> None:
        world.slack_fault(latency=0.3)
        began = time.monotonic()
        slack.auth_test()
        assert time.monotonic() - began >= 0.3

    def test_an_unknown_fault_is_refused(self, world: World) -> None:
        with pytest.raises(HTTPError) as caught:
            world.slack_fault(meteor=True)
        assert b"meteor" in caught.value.read()
        caught.value.close()


class TestPage:
    def test_it_is_self_contained_under_a_strict_policy(self, slack: WebClient, world: World) -> None:
        slack.chat_postMessage(channel=CHANNEL, text="<script>alert(1)</script> *news*")
        with urlopen(world.slack_page, timeout=5) as answer:
            policy, html = answer.headers["Content-Security-Policy"], answer.read().decode()
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "<strong>news</strong>" in html
        assert "<script>alert" not in html
        assert "http://" not in html.replace(world.slack_url, "")

    def test_it_asks_only_for_what_changed(self, slack: WebClient, world: World) -> None:
        slack.chat_postMessage(channel=CHANNEL, text="x")
        address = f"{world.slack_url}/demo/page?channel=security-alerts"
        with urlopen(address, timeout=5) as answer:
            version = answer.headers["X-Version"]
        with urlopen(f"{address}&version={version}", timeout=5) as answer:
            assert answer.status == 204

    def test_an_unknown_channel(self, world: World) -> None:
        with pytest.raises(HTTPError) as caught:
            urlopen(f"{world.slack_url}/?channel=nowhere", timeout=5)
        assert caught.value.code == 404
        caught.value.close()
