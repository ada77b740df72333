"""Characters without a glyph are written out; everything else stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.report.visible import visible, when


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ASCII", "plain ASCII"),
        ("Größe 名前 🔴", "Größe 名前 🔴"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("two\nlines", "two⟨U+000A⟩lines"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\ud800", "⟨U+D800⟩"),
        ("", ""),
    ],
)
def test_shows(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_leaves_nothing_that_steers_and_can_be_encoded(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    shown.encode()


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("2026-01-02T03:17:04Z", "2026-01-02 03:17 UTC"),
        ("2026-01-02T03:17:04.123Z", "2026-01-02 03:17 UTC"),
        ("2026-01-02T03:17:04+01:00", "2026-01-02T03:17:04+01:00"),
        ("never", "never"),
        ("", ""),
    ],
)
def test_times_of_utc_are_plain(time: str, read: str) -> None:
    assert when(time) == read
