"""IAM's credential report: waited for, read and typed."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightaudit_auditor.collect.credential_report import Ask, ReportError, fetch, parse
from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.snapshot import Outcome

HEADER = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_last_used_region"
REPORT = f"""{HEADER}
<root_account>,arn:aws:iam::111111111111:root,2020-01-01T00:00:00+00:00,not_supported,2026-11-01T10:00:00Z,TRUE,N/A
alice,arn:aws:iam::111111111111:user/alice,2024-02-03T04:05:06+00:00,true,no_information,false,eu-central-1
"""


class TestParsing:
    def test_columns_have_types(self) -> None:
        root, alice = parse(REPORT)
        assert root == {
            "user": "<root_account>", "arn": "arn:aws:iam::111111111111:root", "user_creation_time": "2020-01-01T00:00:00Z",
            "password_enabled": None, "password_last_used": "2026-11-01T10:00:00Z", "mfa_active": True,
            "access_key_1_last_used_region": None,
        }  # fmt: skip
        assert (alice["password_enabled"], alice["mfa_active"]) == (True, False)
        assert alice["password_last_used"] is None
        assert alice["access_key_1_last_used_region"] == "eu-central-1"

    @pytest.mark.parametrize("name", ["true", "N/A", "no_information", "2024-01-01T00:00:00"])
    def test_a_user_may_be_called_anything(self, name: str) -> None:
        assert parse(f"user,mfa_active\n{name},false\n") == [{"user": name, "mfa_active": False}]

    @settings(deadline=None)
    @given(
        st.lists(
            st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='",'), min_size=1)
            .map(str.strip)
            .filter(bool)
        )
    )
    def test_every_user_comes_back(self, names: list[str]) -> None:
        assert [row["user"] for row in parse("user,arn\n" + "".join(f"{name},a\n" for name in names))] == names

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "no column `user`"),
            ("<html>", "no column `user`"),
            ("user,arn\nalice\n", "alice has not as many"),
            ("user\nbob,x\n", "bob has not"),
        ],
    )
    def test_what_is_no_report_is_refused(self, text: str, message: str) -> None:
        with pytest.raises(ReportError, match=message):
            parse(text)


def _ask(states: Iterator[str], report: Reply) -> tuple[Ask, list[str]]:
    asked: list[str] = []

    async def ask(operation: str) -> Reply:
        asked.append(operation)
        return Reply(Outcome.OK, {"State": next(states)}) if operation == "GenerateCredentialReport" else report

    return ask, asked


async def _no_sleep(_: float) -> None:
    return None


class TestFetching:
    CONTENT = Reply(
        Outcome.OK, {"Content": base64.b64encode(REPORT.encode()).decode(), "GeneratedTime": "2026-11-23T00:00:00Z"}
    )

    async def test_it_waits_until_the_report_is_made(self) -> None:
        ask, asked = _ask(iter(["STARTED", "INPROGRESS", "COMPLETE"]), self.CONTENT)
        reply = await fetch(ask, sleep=_no_sleep)
        assert asked == ["GenerateCredentialReport"] * 3 + ["GetCredentialReport"]
        assert reply.answer is not None
        assert reply.answer["GeneratedTime"] == "2026-11-23T00:00:00Z"
        assert [row["user"] for row in reply.answer["Users"]] == ["<root_account>", "alice"]

    async def test_a_report_that_is_never_made_ends_as_error(self) -> None:
        ask, _ = _ask(iter(["STARTED"] * 1000), self.CONTENT)
        reply = await fetch(ask, sleep=_no_sleep)
        assert (reply.outcome, reply.code) == (Outcome.ERROR, "ReportNotReady")

    async def test_a_denial_on_either_call_is_its_outcome(self) -> None:
        denied = Reply(Outcome.DENIED, None, "AccessDenied", "no")
        ask, _ = _ask(iter(["COMPLETE"]), denied)
        assert await fetch(ask, sleep=_no_sleep) == denied

        async def refuse(_: str) -> Reply:
            return denied

        assert await fetch(refuse, sleep=_no_sleep) == denied

    @pytest.mark.parametrize(
        "content", ["!", base64.b64encode(b"\xff\xfe").decode(), base64.b64encode(b"<html>").decode()]
    )
    async def test_a_report_that_cannot_be_read_is_an_error(self, content: str) -> None:
        ask, _ = _ask(iter(["COMPLETE"]), Reply(Outcome.OK, {"Content": content}))
        assert (await fetch(ask, sleep=_no_sleep)).code == "MalformedAnswer"
