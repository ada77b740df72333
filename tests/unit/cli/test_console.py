"""What a terminal, a log or a pipe gets of text that somebody else wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.cli.console import configure_logging, escaped, printable, say, show, show_json, shown

HOSTILE = "a\x1b[31m\u202e\x9b\x7f\u2028\r\nb\x00é🔴 \U000e0001"
anything = st.text(st.characters(exclude_categories=()), max_size=30)


def obeyed(text: str) -> set[str]:
    return {character for character in text if not character.isprintable() and character != "\n"}


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield logging.getLogger("nightaudit_auditor.test")
    root.handlers[:] = before
    root.setLevel(level)


class TestText:
    @given(anything)
    def test_is_written_out_where_it_would_be_obeyed(self, text: str) -> None:
        assert obeyed(printable(text)) == set()
        assert "\n" not in printable(text)
        printable(text).encode()

    def test_of_several_lines_stays_lines(self) -> None:
        assert shown("one\x1b\ntwo\u202e") == "one\\x1b\ntwo\\u202e"


class TestJSON:
    @given(anything)
    def test_means_the_same_and_is_not_obeyed(self, text: str) -> None:
        written = escaped(json.dumps({text: [text]}, ensure_ascii=False))
        assert obeyed(written) == set()
        assert json.loads(written) == {text: [text]}

    def test_keeps_letters_of_every_language(self) -> None:
        assert escaped('"é名前🔴"') == '"é名前🔴"'

    def test_is_what_commands_write(self, capsys: pytest.CaptureFixture[str]) -> None:
        show_json([{"name": HOSTILE}])
        written = capsys.readouterr().out
        assert obeyed(written) == set()
        assert json.loads(written) == [{"name": HOSTILE}]


class TestATable:
    def test_is_as_wide_as_a_cell_may_be(self, capsys: pytest.CaptureFixture[str]) -> None:
        show([["x" * 1_000_000, "y"], ["short", "y"]], ("name", "other"))
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) < 1100
        assert "… (cut: 1,000,000 characters)" in lines[1]

    def test_obeys_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        show([[HOSTILE]], ("name",))
        assert obeyed(capsys.readouterr().out) == set()


class TestALog:
    @pytest.mark.parametrize("form", ["json", "plain"])
    def test_obeys_nothing_and_is_bounded(
        self, form: str, log: logging.Logger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        configure_logging(form)
        log.error("collected %s: %s", HOSTILE, "x" * 1_000_000, extra={"fields": {"account": HOSTILE}})
        written = capsys.readouterr().err
        assert obeyed(written) == set()
        assert (written.count("\n"), len(written) < 10_000) == (1, True)

    def test_of_a_pod_is_json_that_says_what_was_said(
        self, log: logging.Logger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        configure_logging("json")
        log.error("%s", HOSTILE, extra={"fields": {"account": HOSTILE}})
        line = json.loads(capsys.readouterr().err)
        assert (line["message"], line["account"]) == (HOSTILE, HOSTILE)

    def test_on_a_laptop_shows_an_exception_line_by_line(
        self, log: logging.Logger, capsys: pytest.CaptureFixture[str]
    ) -> None:
        configure_logging("plain")

        def fail() -> None:
            raise ValueError(HOSTILE)

        try:
            fail()
        except ValueError:
            log.exception("it failed")
        written = capsys.readouterr().err
        assert obeyed(written) == set()
        assert written.splitlines()[:2] == ["it failed", "Traceback (most recent call last):"]


def test_what_is_said_on_standard_error_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"error: {HOSTILE}")
    assert obeyed(capsys.readouterr().err) == set()
