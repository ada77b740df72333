"""The messages: readable at a glance, within Slack's limits whatever is in them, and nothing lost."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.model import AccountRef, ResourceRef
from nightaudit_auditor.notify import News, Notice
from nightaudit_auditor.notify.slack.blocks import announcement, parent
from nightaudit_auditor.notify.slack.limits import (
    BLOCKS,
    HEADER_CHARACTERS,
    MESSAGE_CHARACTERS,
    SECTION_CHARACTERS,
    TEXT_CHARACTERS,
    Block,
    size,
)
from nightaudit_auditor.notify.slack.thread import groups, listing, messages
from nightaudit_auditor.report.visible import visible

Make = Callable[..., Change]
MakeNews = Callable[..., News]

SHORT = st.text(max_size=12)
LONG = st.one_of(
    SHORT, st.sampled_from(["<>&`*_" * 90, "long " * 400, "x" * 1600, "&" * 700, "\u202e\n" * 150, "`" * 3000])
)
SEVERITY = st.sampled_from(["Critical", "High", "Medium", "Low", "Info", "Odd"])


@st.composite
def many_changes(draw: st.DrawFn, run: str) -> list[Change]:
    checks = draw(st.lists(st.tuples(LONG, SEVERITY, LONG), min_size=1, max_size=5, unique_by=lambda each: each[0]))
    count = draw(st.integers(min_value=0, max_value=20))
    made = []
    for number in range(count):
        check, severity, title = checks[number % len(checks)]
        made.append(
            Change(
                fingerprint=f"{run}-{number}",
                kind=draw(st.sampled_from(["new", "reopened", "resolved"])),
                check=check,
                severity=severity,
                tier="A",
                account=AccountRef(id=f"{number % 5:012d}", name=draw(LONG)),
                region=draw(SHORT),
                resource=ResourceRef(arn=f"arn:aws:x:::{run}/{number}/{draw(LONG)}", type="T", name="n"),
                title=title,
                detail=draw(LONG),
                run=run,
                time=f"2026-01-0{1 if run == 'old' else 2}T03:17:00Z",
            )
        )
    return made


def texts(blocks: list[Block]) -> list[str]:
    """Every text of a message, in order."""
    found: list[str] = []
    for block in blocks:
        given_text: Any = block.get("text")
        elements: Any = block.get("elements", [])
        found += [part["text"] for part in ([given_text] if given_text else []) + elements]
    return found


def assert_within_limits(text: str, blocks: list[Block]) -> None:
    assert 0 < len(text) <= TEXT_CHARACTERS
    assert 0 < len(blocks) <= BLOCKS
    assert size(blocks) <= MESSAGE_CHARACTERS
    for block in blocks:
        for part in texts([block]):
            assert 0 < len(part) <= (HEADER_CHARACTERS if block["type"] == "header" else SECTION_CHARACTERS)


def literal(text: str) -> str:
    return visible(text).replace("`", "\u02cb")


BOUNDED = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Without shrinking: a failing example of many long texts would take minutes to make a little smaller."""


class TestLimits:
    @BOUNDED
    @given(owed=many_changes("old"), added=many_changes("now"), data=st.data())
    def test_hold_for_any_news(self, owed: list[Change], added: list[Change], data: st.DataObject) -> None:
        news = News(
            schedule=data.draw(LONG),
            namespace=data.draw(LONG),
            run="now",
            result="Partial",
            baseline=False,
            time=data.draw(SHORT),
            accounts_total=9,
            accounts_failed=tuple(data.draw(st.lists(LONG, max_size=9))),
            counts={"Critical": 123456, "Info": 7},
            excepted=3,
            unknown=4,
            changes=tuple(added),
            report_uri=data.draw(LONG),
            report_url=data.draw(st.sampled_from(["", "https://x.example/" + "&" * 700, "https://x.example/r"])),
            errors=tuple(data.draw(st.lists(LONG, max_size=30))),
            remediation={change.check: change.detail for change in added},
        )
        assert_within_limits(*parent(news, owed, added))
        for message in messages(groups(owed, added, news.remediation)):
            assert_within_limits(message.text, message.blocks)

    @BOUNDED
    @given(LONG, LONG, LONG, LONG)
    def test_hold_for_any_announcement(self, schedule: str, run: str, reason: str, message: str) -> None:
        notice = Notice(schedule=schedule, namespace="security", run=run, reason=reason, message=message)
        assert_within_limits(*announcement(notice))


class TestNothingIsLost:
    @BOUNDED
    @given(owed=many_changes("old"), added=many_changes("now"))
    def test_every_change_is_told_in_exactly_one_message(self, owed: list[Change], added: list[Change]) -> None:
        thread = messages(groups(owed, added, {}))
        told = [change for message in thread for change in message.told]
        assert sorted(change.fingerprint for change in told) == sorted(change.fingerprint for change in owed + added)
        parts = [part for message in thread for part in texts(message.blocks) if not part.endswith("\n(continued)")]
        shown = html.unescape("".join(parts)).replace("`", "")
        squeezed = "".join(shown.split())
        for change in told:
            assert "".join(literal(change.resource.arn).split()) in squeezed
            assert "".join(literal(change.detail).split()) in squeezed

    @BOUNDED
    @given(owed=many_changes("old"), added=many_changes("now"))
    def test_every_change_is_in_the_file(self, owed: list[Change], added: list[Change]) -> None:
        lines = listing(groups(owed, added, {})).split("\n")
        for change in owed + added:
            assert sum(visible(change.resource.arn) in line and line.startswith("  - ") for line in lines) >= 1
        assert sum(line.startswith("  - ") for line in lines) == len(owed + added)


class TestParent:
    def test_names_what_changed(self, change: Make, news: MakeNews) -> None:
        added = [change(1), change(2), change(3, kind="resolved", severity="High", title="Trail is off", check="CT")]
        text, blocks = parent(news(*added, report_url="https://reports.example/r.html"), [], added)
        assert text == "Night Audit: nightly: 2 new, 1 resolved"
        assert texts(blocks)[0] == "nightly: 2 new, 1 resolved"
        whole = "\n".join(texts(blocks))
        assert "🔴 *1* Critical  ·  🟠 *2* High" in whole
        assert "*New* (2)\n🔴 2 x Anyone can read the bucket — production" in whole
        assert "*Resolved* (1)\n✓ Trail is off — production" in whole
        assert "<https://reports.example/r.html|Open the report>" in whole
        assert "3 of 3 accounts audited" in whole

    def test_puts_what_is_owed_before_what_is_new_and_names_its_run(self, change: Make, news: MakeNews) -> None:
        owed, added = [change(1, run="nightly-1")], [change(2)]
        text, blocks = parent(news(*added), owed, added)
        assert text.endswith("1 new, 1 from earlier runs")
        whole = "\n".join(texts(blocks))
        assert whole.index("found by run `nightly-1` and not delivered until now") < whole.index("*New* (1)\n")

    def test_tells_accounts_that_failed_errors_and_what_is_unknown(self, news: MakeNews) -> None:
        _, blocks = parent(
            news(
                accounts_failed=("222222222222 staging: AccessDenied",),
                errors=("bucket is public", "222222222222 staging: AccessDenied"),
                unknown=4,
            ),
            [],
            [],
        )
        whole = "\n".join(texts(blocks))
        assert "*Accounts not audited* (1)\n• 222222222222 staging: AccessDenied" in whole
        assert "*Errors of this run* (1)\n• bucket is public" in whole
        assert "4 unknown" in whole
        assert "2 of 3 accounts audited" in whole

    def test_counts_what_it_leaves_to_the_thread(self, change: Make, news: MakeNews) -> None:
        added = [change(number, check=f"CHECK-{number}", title=f"Problem {number}") for number in range(8)]
        _, blocks = parent(news(*added), [], added)
        assert "… and 3 more checks in the thread" in "\n".join(texts(blocks))

    def test_calls_a_first_run_a_first_run(self, news: MakeNews) -> None:
        assert parent(news(baseline=True), [], [])[0] == "Night Audit: nightly: first audit, 3 open problems"

    def test_says_that_a_run_failed(self, news: MakeNews) -> None:
        assert parent(news(result="Error"), [], [])[0] == "Night Audit: nightly: the audit failed"


class TestThread:
    def test_groups_by_check_worst_first_with_what_to_do(self, change: Make) -> None:
        added = [
            change(1, check="LOW-ONE", severity="Low", title="Minor"),
            change(2),
            change(3, kind="resolved"),
        ]
        (message,) = messages(groups([], added, {"S3_BUCKET_PUBLIC_POLICY": "Turn on Block Public Access."}))
        first, second = texts(message.blocks)
        assert first.split("\n") == [
            "🔴 *Critical*  `S3_BUCKET_PUBLIC_POLICY`  Anyone can read the bucket",
            "_What to do:_ Turn on Block Public Access.",
            "• *New*  `arn:aws:s3:::bucket-2`  production (111111111111)  eu-central-1",
            "\u2003the policy allows s3:GetObject to everyone",
            "• *Resolved*  `arn:aws:s3:::bucket-3`  production (111111111111)  eu-central-1",
            "\u2003the policy allows s3:GetObject to everyone",
        ]
        assert second.startswith("🔵 *Low*  `LOW-ONE`")

    def test_marks_what_an_earlier_run_found(self, change: Make) -> None:
        old = change(1, run="nightly-1", time="2026-01-01T03:17:00Z", severity="Low")
        (message,) = messages(groups([old], [change(2)], {}))
        first, second = texts(message.blocks)
        assert "Found by run `nightly-1` at 2026-01-01 03:17 UTC" in first
        assert "Found by" not in second

    def test_a_group_that_runs_over_repeats_its_heading(self, change: Make) -> None:
        thread = messages(groups([], [change(number, detail="d" * 900) for number in range(40)], {}))
        assert len(thread) > 1
        for message in thread[1:]:
            assert texts(message.blocks)[0].endswith("(continued)")
            assert "`S3_BUCKET_PUBLIC_POLICY`" in texts(message.blocks)[0]

    def test_the_file_is_plain_text(self, change: Make) -> None:
        old = change(1, run="nightly-1", time="2026-01-01T03:17:00Z")
        assert listing(groups([old], [], {"S3_BUCKET_PUBLIC_POLICY": "Close it."})) == (
            "Critical  S3_BUCKET_PUBLIC_POLICY: Anyone can read the bucket (found by run nightly-1 at 2026-01-01T03:17:00Z)\n"
            "    Remediation: Close it.\n"
            "  - NEW  production (111111111111)  eu-central-1  arn:aws:s3:::bucket-1\n"
            "    the policy allows s3:GetObject to everyone\n"
            "\n"
        )


class TestAnnouncement:
    def test_says_which_run_died_of_what(self) -> None:
        notice = Notice(
            schedule="nightly", namespace="security", run="nightly-2", reason="OOMKilled", message="memory limit 512Mi"
        )
        text, blocks = announcement(notice)
        assert text == "Night Audit: nightly: the audit died (OOMKilled)"
        whole = "\n".join(texts(blocks))
        assert "Run `nightly-2` in namespace `security` ended before it could report" in whole
        assert "memory limit 512Mi" in whole
