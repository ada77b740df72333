"""Foreign text is shown in Slack as it is: nothing in it formats, links, mentions or steers the terminal."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.notify.slack.escape import code, link, pieces, plain, prose, short
from nightaudit_auditor.report.visible import visible

HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from("*_~`&<>|:@#! \n\t\u202e\u200b\x1b\x00ab"), st.characters()), max_size=300
)


def shown(mrkdwn: str) -> str:
    """What Slack shows of text in which only code spans format: the spans' marks are gone, entities are resolved."""
    return html.unescape(mrkdwn.replace("`", ""))


def literal(text: str) -> str:
    return visible(text).replace("`", "\u02cb")


def outside_code(mrkdwn: str) -> str:
    return re.sub(r"`[^`]*`", "", mrkdwn)


class TestProse:
    @given(HOSTILE)
    def test_shows_every_character(self, text: str) -> None:
        assert shown(prose(text)) == literal(text)

    @given(HOSTILE)
    def test_leaves_nothing_outside_code_that_slack_would_format(self, text: str) -> None:
        rest = outside_code(prose(text))
        assert not re.search(r"[*_~`<>]|:[^\s:]+:", rest)
        assert not re.search(r"&(?!amp;|lt;|gt;)", prose(text))

    def test_leaves_ordinary_text_alone(self) -> None:
        assert prose("port 22 is open to the Internet") == "port 22 is open to the Internet"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("allows s3:* to everyone", "allows `s3:*` to everyone"),
            ("<!channel> fix & <@U1>", "&lt;!channel&gt; fix &amp; &lt;@U1&gt;"),
            (":fire: sale", "`:fire:` sale"),
            ("@here", "`@here`"),
            ("see https://evil.example/", "see `https://evil.example/`"),
            ("a `b` c", "a `\u02cbb\u02cb` c"),
            ("", ""),
        ],
    )
    def test_makes_words_that_would_format_code(self, text: str, expected: str) -> None:
        assert prose(text) == expected


class TestCode:
    @given(HOSTILE)
    def test_is_one_span_that_its_content_cannot_end(self, text: str) -> None:
        assert code(text).count("`") == (2 if text else 0)
        assert shown(code(text)) == literal(text)

    def test_shows_what_would_reorder_or_steer(self) -> None:
        assert code("a\u202eb\x1b[31m") == "`a⟨U+202E⟩b⟨U+001B⟩[31m`"


class TestPieces:
    @given(HOSTILE, st.integers(min_value=16, max_value=80), st.booleans())
    def test_hold_every_character_within_the_limit(self, text: str, most: int, as_code: bool) -> None:
        parts = list(pieces(text, most, as_code=as_code))
        assert all(len(part) <= most for part in parts)
        assert "".join(shown(part) for part in parts) == literal(text)

    def test_cut_between_words(self) -> None:
        assert list(pieces("alpha beta gamma delta", 20)) == ["alpha beta ", "gamma delta"]

    def test_take_a_megabyte(self) -> None:
        parts = list(pieces("&" * 1_000_000, 3000))
        assert sum(part.count("&amp;") for part in parts) == 1_000_000


class TestShort:
    @given(HOSTILE, st.integers(min_value=20, max_value=60), st.booleans())
    def test_keeps_within_the_limit_and_says_when_there_is_more(self, text: str, most: int, as_code: bool) -> None:
        result = short(text, most, as_code=as_code)
        assert len(result) <= most
        whole = literal(text)
        assert shown(result) == whole or (result.endswith("…") and whole.startswith(shown(result[:-1])))


class TestPlain:
    @given(HOSTILE)
    def test_is_one_bounded_line(self, text: str) -> None:
        assert len(plain(text, 150)) <= 150
        assert "\n" not in plain(text, 150)


class TestLink:
    def test_links_addresses_of_the_web_only(self) -> None:
        assert link("https://example.com/a?b=1&c=2", "Open") == "<https://example.com/a?b=1&amp;c=2|Open>"
        assert link("javascript:alert(1)", "Open") == "`javascript:alert(1)`"

    @given(HOSTILE, HOSTILE)
    def test_cannot_be_broken_out_of(self, path: str, label: str) -> None:
        result = link(f"https://example.com/{path.encode('utf-8', 'replace').decode()}", label)
        assert result.count("<") == result.count(">") == result.count("|") - label.count("|") == 1
