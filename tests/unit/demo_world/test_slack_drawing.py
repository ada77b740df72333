"""mrkdwn drawn as HTML and as plain text, and the pace of messages."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.slack import page
from demo.slack.mrkdwn import to_html
from demo.slack.pace import Bucket, Limits
from demo.slack.plain import plain
from demo.slack.workspace import CHANNELS, Message, Workspace

ALLOWED_TAGS = {"a", "br", "code", "em", "pre", "s", "span", "strong"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _slanted_ ~gone~", "<strong>bold</strong> <em>slanted</em> <s>gone</s>"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("`a *b*`", "<code>a *b*</code>"),
        ("```\na\n  b\n```", "<pre>a\n  b</pre>"),
        ("a\nb", "a<br>b"),
        ("&gt; said", '<span class="quote">said</span>'),
        ("Q&amp;A &lt;b&gt;", "Q&amp;A &lt;b&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<javascript:alert(1)|click>", "&lt;javascript:alert(1)|click&gt;"),
        ("<!here> <#C1|ops>", '<span class="mention">@here</span> <span class="mention">#ops</span>'),
        (":nosuch:", ":nosuch:"),
    ],
)
def test_mrkdwn_becomes_html(text: str, html: str) -> None:
    assert to_html(text) == html


def test_a_link_leads_to_its_target_and_shows_its_label() -> None:
    drawn = to_html("*<https://example.com/?a=1&amp;b=2|the report>*")
    assert 'href="https://example.com/?a=1&amp;b=2"' in drawn
    assert drawn.startswith("<strong><a ")
    assert ">the report</a>" in drawn


@pytest.mark.parametrize("text", [":red_circle:", "🔴"])
def test_a_coloured_circle_needs_no_emoji_font(text: str) -> None:
    assert to_html(text) == '<span class="dot red" title="red circle"></span>'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@given(st.text(alphabet="<>&|`*_~\n:/ahtpscri\"'=javlg\ue0000\ue001", max_size=80))
def test_no_text_becomes_a_tag_of_its_own(text: str) -> None:
    parser = _Tags()
    parser.feed(to_html(text))
    for tag, attributes in parser.seen:
        assert tag in ALLOWED_TAGS
        assert not any(name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "https://")).startswith(("https://", "http://", "mailto:"))


def test_plain_text_has_a_line_for_each_part() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Nightly"}},
        {"type": "section", "fields": [{"text": "*High*\n3"}, {"text": "*Low*\n1"}]},
        {"type": "section", "text": {"text": "see <https://x.example|it> &lt;b&gt;"},
         "accessory": {"type": "button", "text": {"text": "Open"}, "url": "https://r.example"}},
        {"type": "context", "elements": [{"text": "run 1"}, {"text": "2 s"}]},
    ]  # fmt: skip
    assert plain("ignored", blocks).splitlines() == [
        "Nightly", "*High* 3   *Low* 1", "see it <b>", "Open: https://r.example", "run 1   2 s",
    ]  # fmt: skip
    assert plain("only text", []) == "only text"


def test_the_page_shows_hostile_names_as_text() -> None:
    workspace = Workspace()
    hostile = "<img src=x onerror=alert(1)>"
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": hostile}}]
    workspace.post(Message(CHANNELS[1].id, "", hostile, blocks=blocks, username=hostile))
    workspace.post(Message(CHANNELS[1].id, "", hostile))
    assert "<img" not in page.page(workspace, CHANNELS[1], "nonce")


def test_messages_survive_a_restart_in_the_state_file(tmp_path: Path) -> None:
    state = tmp_path / "slack.json"
    posted = Workspace(state).post(Message(CHANNELS[0].id, "", "kept"))
    assert Workspace(state).messages == (posted,)


class TestPace:
    def test_a_burst_passes_then_one_a_second(self) -> None:
        bucket = Bucket(rate=1, burst=2)
        assert [bucket.take(0), bucket.take(0), bucket.take(0)] == [0, 0, 1]
        assert bucket.take(1.0) == 0

    def test_channels_do_not_share_a_pace(self) -> None:
        limits = Limits()
        waits = [limits.take("chat.postMessage", "C1", 0) for _ in range(6)]
        assert waits == [0, 0, 0, 0, 0, 1]
        assert limits.take("chat.postMessage", "C2", 0) == 0

    def test_other_methods_have_a_number_a_minute(self) -> None:
        limits = Limits()
        waits = [limits.take("conversations.list", "", 0) for _ in range(21)]
        assert waits == [0] * 20 + [3]
