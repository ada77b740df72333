"""What is shown while accounts are collected: counts that add up, and no promise that cannot be kept."""

from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console

from nightaudit_auditor.cli.board import Board
from nightaudit_auditor.cli.progress import SHOWN, LoggedProgress, ScreenProgress, headline, shown
from nightaudit_auditor.collect import CallFinished, CollectedAccount
from nightaudit_auditor.snapshot import GLOBAL, Outcome

OWN = "111111111111"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def finished(region: str, service: str, outcome: Outcome = Outcome.OK, account: str = OWN) -> CallFinished:
    return CallFinished(account, region, service, "describe", outcome)


def collected(account: str = OWN, error: str = "") -> CollectedAccount:
    return CollectedAccount(
        account, "prod", (), reachable=not error, complete=True, error=error, outcomes={"ok": 1}, by_service={}
    )


def board() -> Board:
    made = Board(now=100.0)
    made.run_started(2)
    made.account_started(OWN, "prod", ("eu-west-1", "us-east-1"))
    for region, service in ((GLOBAL, "iam"), ("eu-west-1", "ec2"), ("eu-west-1", "kms"), ("us-east-1", "ec2")):
        made.call_started(OWN, region, service)
    return made


class TestTheBoard:
    def test_a_region_and_a_service_are_done_when_nothing_is_open_there(self) -> None:
        made = board()
        account = made.accounts[OWN]
        assert (account.regions_done, account.services_done) == ((0, 2), (0, 3))
        made.call_finished(finished("eu-west-1", "ec2"), 101)
        assert (account.regions_done, account.services_done) == ((0, 2), (0, 3))
        made.call_finished(finished("us-east-1", "ec2"), 101)
        assert (account.regions_done, account.services_done) == ((1, 2), (1, 3))

    def test_an_answer_that_asks_for_more_opens_its_region_again(self) -> None:
        made = board()
        made.call_finished(finished("us-east-1", "ec2"), 101)
        made.call_started(OWN, "us-east-1", "kms")
        assert made.accounts[OWN].regions_done == (0, 2)

    def test_what_gave_no_answer_is_a_hole_and_what_is_absent_is_none(self) -> None:
        made = board()
        for outcome in (Outcome.OK, Outcome.ABSENT, Outcome.GONE, Outcome.DENIED, Outcome.SKIPPED):
            made.call_finished(finished("eu-west-1", "ec2", outcome), 101)
        assert (made.calls, made.holes, made.accounts[OWN].holes) == (5, 2, 2)

    def test_the_rate_is_that_of_the_last_five_seconds(self) -> None:
        made = board()
        for _ in range(50):
            made.call_finished(finished("eu-west-1", "ec2"), 101)
        assert made.rate(102) == 25
        assert made.rate(105) == 10
        assert made.rate(107) == 0

    def test_what_is_left_is_a_lower_bound_and_unknown_while_nothing_is_answered(self) -> None:
        made = board()
        assert made.at_least(101) is None
        made.call_finished(finished("eu-west-1", "ec2"), 101)
        assert made.at_least(101) == 3
        assert "at least 3 s more" in headline(made, 101)

    def test_calls_before_the_account_is_known_count_in_the_whole_alone(self) -> None:
        made = Board(100)
        made.throttle("")
        made.call_finished(finished(GLOBAL, "sts", account=""), 101)
        assert (made.calls, made.throttled) == (1, 1)


class TestTheScreen:
    def test_a_line_an_account_and_a_headline(self) -> None:
        screen = ScreenProgress(Clock())
        screen.run_started(2)
        screen.account_started(OWN, "prod\x1b[31m", ("eu-west-1",))
        screen.call_started(OWN, "eu-west-1", "ec2")
        screen.throttled(OWN, "eu-west-1", "ec2")
        screen.account_started("222222222222", "dev", ())
        screen.account_finished(collected("222222222222", "sts.assume_role: AccessDenied"))
        out = io.StringIO()
        Console(file=out, width=160).print(screen)
        head, titles, first, second = out.getvalue().splitlines()
        assert head.startswith("1/2 accounts, 0 calls")
        assert titles.split()[:3] == ["ACCOUNT", "REGIONS", "SERVICES"]
        assert first.split() == ["111111111111", r"prod\x1b[31m", "0/1", "0/1", "0", "1", "1", "0"]
        assert second.rstrip().endswith("sts.assume_role: AccessDenied")

    def test_accounts_that_are_done_make_room_for_those_under_way(self) -> None:
        made = Board(100)
        for number in range(SHOWN + 5):
            made.account_started(f"{number:012}", "", ())
        for number in range(SHOWN):
            made.account_finished(collected(f"{number:012}"))
        visible = [account for account, _ in shown(made)]
        assert len(visible) == SHOWN
        assert visible[:5] == [f"{number:012}" for number in range(SHOWN, SHOWN + 5)]
        assert visible[5] == f"{SHOWN - 1:012}"


class TestTheLog:
    def test_a_line_at_each_end_and_every_half_minute(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        clock = Clock()
        progress = LoggedProgress(clock)
        progress.run_started(1)
        progress.account_started(OWN, "prod", ("eu-west-1",))
        for _ in range(100):
            progress.call_started(OWN, "eu-west-1", "ec2")
            clock.now += 1
            progress.call_finished(finished("eu-west-1", "ec2"))
        progress.account_finished(collected(error="AccessDenied"))
        said = [record.levelname for record in caplog.records]
        assert said == ["INFO", *["INFO"] * 3, "ERROR"]
        assert caplog.records[1].fields["calls"] == 30  # type: ignore[attr-defined]
