"""latest.json: whose it is, and what it still owes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nightaudit_auditor.findings.changes import Change, change_of, merge
from nightaudit_auditor.findings.latest import ForeignDocument, Latest, Pointer, decode, encode, forgiven, owe, settle
from nightaudit_auditor.findings.memory import Judged, compare

NOW = datetime(2026, 11, 20, tzinfo=UTC)
POINTER = Pointer("run-1", "folder", "2026-11-20T00:00:00Z", "Findings")


def change(finding, run="run-1") -> Change:
    import msgspec

    from nightaudit_auditor.findings.model import State

    made = change_of(msgspec.structs.replace(finding, state=State.NEW), run, "2026-11-20T00:00:00Z")
    assert made is not None
    return made


def latest(**fields) -> Latest:
    return Latest(**({"namespace": "security", "schedule": "nightly", "memory": {}} | fields))


class TestReading:
    def test_what_was_written_is_read_back(self, make):
        memory = compare({}, [make()], Judged((), (), (), ()), NOW).memory
        document = latest(
            memory=memory, pending={"security": (change(make()),)}, exceptions={"e": "2026-11-20T00:00:00Z"}
        )
        assert decode(encode(document), "security", "nightly") == document

    def test_a_truncated_document_is_refused(self):
        with pytest.raises(ForeignDocument, match="is damaged"):
            decode(encode(latest())[:-1], "security", "nightly")

    def test_another_schedules_memory_is_refused(self):
        with pytest.raises(ForeignDocument, match="belongs to security/nightly"):
            decode(encode(latest()), "security", "weekly")

    def test_a_later_version_is_refused(self):
        with pytest.raises(ForeignDocument, match="latest/v2"):
            decode(encode(latest(schema="nightaudit.dev/latest/v2")), "security", "nightly")


class TestOwing:
    def test_every_notification_owes_every_change_until_it_is_delivered(self, make):
        owed = owe(None, ("a", "b"), (change(make()),))
        assert owed == {"a": (change(make()),), "b": (change(make()),)}

    def test_what_was_missed_comes_first(self, make):
        missed, fresh = change(make(arn="old"), "run-1"), change(make(arn="new"), "run-2")
        assert owe(latest(pending={"a": (missed,)}), ("a",), (fresh,)) == {"a": (missed, fresh)}

    def test_a_notification_that_was_removed_owes_nothing(self, make):
        assert owe(latest(pending={"gone": (change(make()),)}), (), ()) == {}

    def test_and_that_is_said(self, make):
        owing = latest(pending={"gone": (change(make()),), "here": (change(make()),)})
        [sentence] = forgiven(owing, ("here",))
        assert "notification gone is no longer declared: 1 changes" in sentence
        assert forgiven(None, ()) == ()

    def test_settling_keeps_only_what_was_not_delivered(self, make):
        owing = latest(pending={"a": (change(make()),), "b": (change(make()),)})
        settled = settle(owing, POINTER, owing.pending, {"a": (), "b": (change(make()),)})
        assert settled.pending == {"b": (change(make()),)}
        assert settled.pointer is not None
        assert settled.pointer.run == "run-1"

    def test_what_another_run_added_meanwhile_stays_owed(self, make):
        ours, theirs = change(make(arn="ours")), change(make(arn="theirs"), "run-2")
        settled = settle(latest(pending={"a": (ours, theirs)}), POINTER, {"a": (ours,)}, {})
        assert settled.pending == {"a": (theirs,)}

    def test_a_later_runs_pointer_stays(self):
        later = Pointer("run-2", "folder", "2026-11-21T00:00:00Z", "Clean")
        assert settle(latest(pointer=later), POINTER, {}, {}).pointer == later

    def test_a_change_owed_twice_is_said_once(self, make):
        assert merge((change(make()),), (change(make()),)) == (change(make()),)
