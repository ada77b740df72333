"""The glob language: anchored; `*` stays inside a segment, `**` crosses segments, `?` is one character of a segment."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_auditor.manifests import glob_matches

TEXT = st.text(alphabet="ab:/.*?[\n-", max_size=12)
SEGMENT = st.text(alphabet="ab.[\n-", max_size=8)
LITERAL = st.text(alphabet="ab:/.[](){}+^$|\\\n-", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("S3_*", "S3_BUCKET_PUBLIC", True),
        ("S3_*", "IAM_S3_X", False),
        ("S3", "S3_X", False),
        ("s3_*", "S3_X", False),
        ("arn:aws:s3:::logs-*", "arn:aws:s3:::logs-eu", True),
        ("arn:aws:s3:::logs-*", "arn:aws:s3:::logs-eu/key", False),
        ("arn:aws:s3:::logs-**", "arn:aws:s3:::logs-eu/key", True),
        ("arn:aws:iam::*:role/Admin*", "arn:aws:iam::111111111111:role/AdminX", True),
        ("arn:aws:iam::*:role/Admin*", "arn:aws:iam::111111111111:role/path/AdminX", False),
        ("arn:*", "arn:aws:s3:::x", False),
        ("eu-?est-1", "eu-west-1", True),
        ("?", "/", False),
        ("?", "", False),
        ("***", "a/b:c", True),
        ("a.b", "axb", False),
        ("", "", True),
    ],
)
def test_examples(pattern: str, text: str, matches: bool) -> None:
    assert glob_matches(pattern, text) is matches


@given(LITERAL)
def test_a_pattern_without_wildcards_matches_itself_alone(text: str) -> None:
    assert glob_matches(text, text)
    assert not glob_matches(text, f"{text}a")


@given(TEXT)
def test_two_stars_match_everything(text: str) -> None:
    assert glob_matches("**", text)


@given(TEXT)
def test_one_star_matches_what_has_no_separator(text: str) -> None:
    assert glob_matches("*", text) is not any(separator in text for separator in "/:")


@given(TEXT, TEXT, SEGMENT)
def test_a_star_between_literals_matches_any_segment(head: str, tail: str, middle: str) -> None:
    head, tail = (part.replace("*", "").replace("?", "") for part in (head, tail))
    assert glob_matches(f"{head}*{tail}", f"{head}{middle}{tail}")


@given(TEXT, TEXT)
def test_what_one_star_matches_two_stars_match_too(pattern: str, text: str) -> None:
    if glob_matches(pattern, text):
        assert glob_matches(pattern.replace("*", "**"), text)


@given(st.text(alphabet="ab:/*?", max_size=12), st.text(alphabet="ab:/", max_size=16))
def test_any_pattern_matches_what_its_wildcards_say_one_by_one(pattern: str, text: str) -> None:
    said = {"*": "[^/:]*", "?": "[^/:]"}
    parts = re.findall(r"\*\*+|.", pattern)
    plain = "".join(".*" if part.startswith("**") else said.get(part) or re.escape(part) for part in parts)
    assert glob_matches(pattern, text) is (re.fullmatch(plain, text) is not None)


@pytest.mark.parametrize("pattern", ["*a" * 30 + "!", "**a" * 30 + "!", "**a*b" * 15 + "!", "?*" * 30 + "!"])
def test_no_pattern_is_tried_in_all_ways(pattern: str) -> None:
    """If it were, this would not end."""
    assert not glob_matches(pattern, "ab" * 1000)
