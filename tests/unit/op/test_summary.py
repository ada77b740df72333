"""The termination message is read strictly: it is a run summary, or it is not, and then the text says why."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightaudit_operator.api.summary import InvalidSummaryError, parse


def test_a_summary_is_read(build):
    assert parse(build.summary("nightly-1-abc"), "nightly-1-abc").findings.high == 2


def test_fields_of_a_newer_auditor_are_ignored(build):
    assert parse(build.summary("p", invented=1), "p").unknown == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "nightaudit.dev/run-summary/v2"}, "schema"),
        ({"result": "Fine"}, "result"),
        ({"new": -1}, "new"),
        ({"new": "1"}, "new"),
        ({"unknown": None}, "unknown"),
        ({"run": "another"}, "is of run 'another', not of pod 'p'"),
        ({"startTime": "yesterday"}, "startTime"),
        ({"report": {"uri": "s3://b/k", "sha256": "short"}}, "sha256"),
        ({"findings": {"critical": 1, "fatal": 2}}, "fatal"),
        ({"notifications": [{"name": "a", "delivered": True, "reason": "not a word"}]}, "reason"),
        ({"notifications": [{"name": "a", "delivered": True, "reason": "Sent"}] * 2}, "twice"),
    ],
)
def test_anything_wrong_is_named(build, change, message):
    with pytest.raises(InvalidSummaryError, match=message):
        parse(build.summary(**{"run": "p"} | change), "p")


def test_an_absent_field_is_named(build):
    whole = json.loads(build.summary("p"))
    del whole["unknown"]
    with pytest.raises(InvalidSummaryError, match="unknown"):
        parse(json.dumps(whole), "p")


def test_no_message_at_all():
    with pytest.raises(InvalidSummaryError, match="no termination message"):
        parse(" \n", "p")


@given(st.text())
def test_no_text_breaks_it(text):
    with pytest.raises(InvalidSummaryError):
        parse(text, "p")


@given(st.data())
def test_no_damage_breaks_it(build, data):
    whole = build.summary("p")
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    with contextlib.suppress(InvalidSummaryError):
        assert parse(whole[:start] + data.draw(st.text(max_size=20)) + whole[end:], "p").run == "p"
