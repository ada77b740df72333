"""What a notification gets: its severity, tiers, match and policy decide; what is owed from before comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nightaudit_auditor.findings.changes import Change
from nightaudit_auditor.findings.model import AccountRef
from nightaudit_auditor.manifests.types import Notification, NotificationMatch
from nightaudit_auditor.notify import News
from nightaudit_auditor.notify.select import selected, split, wanted

Make = Callable[..., Change]
MakeNews = Callable[..., News]
MakeNotification = Callable[..., Notification]


class TestSelected:
    @pytest.mark.parametrize(
        ("severity", "minimum", "chosen"),
        [
            ("Critical", "High", True),
            ("High", "High", True),
            ("Medium", "High", False),
            ("Info", "Info", True),
            ("Unheard", "High", True),
        ],
    )
    def test_by_severity(
        self, change: Make, notification: MakeNotification, severity: str, minimum: str, chosen: bool
    ) -> None:
        one = change(severity=severity)
        assert bool(selected([one], notification(minimum_severity=minimum), {})) is chosen

    @pytest.mark.parametrize(("tiers", "chosen"), [(("A",), False), (("A", "B"), True)])
    def test_by_tier(self, change: Make, notification: MakeNotification, tiers: tuple[str, ...], chosen: bool) -> None:
        assert bool(selected([change(tier="B")], notification(tiers=tiers), {})) is chosen

    @pytest.mark.parametrize(
        ("match", "chosen"),
        [
            (NotificationMatch(), True),
            (NotificationMatch(accounts=("111111111111",)), True),
            (NotificationMatch(accounts=("222222222222",)), False),
            (NotificationMatch(accounts=("222222222222", "111111111111")), True),
            (NotificationMatch(account_labels={"env": "prod"}), True),
            (NotificationMatch(account_labels={"env": "prod", "team": "x"}), False),
            (NotificationMatch(checks=("IAM_*", "S3_*")), True),
            (NotificationMatch(checks=("IAM_*",)), False),
            (NotificationMatch(accounts=("111111111111",), checks=("IAM_*",)), False),
        ],
    )
    def test_by_match(
        self, change: Make, notification: MakeNotification, match: NotificationMatch, chosen: bool
    ) -> None:
        assert bool(selected([change()], notification(match=match), {})) is chosen

    @pytest.mark.parametrize("glob", ["S3_PUBLIC_POLICY", "S3_PUBLIC_*"])
    def test_by_the_ids_that_cloudmapper_has_for_the_check(
        self, change: Make, notification: MakeNotification, glob: str
    ) -> None:
        asked = notification(match=NotificationMatch(checks=(glob,)))
        assert selected([change()], asked, {"S3_BUCKET_PUBLIC_POLICY": ("S3_PUBLIC_POLICY",)}) == (change(),)
        assert selected([change()], asked, {"S3_BUCKET_PUBLIC_ACL": ("S3_PUBLIC_POLICY",)}) == ()

    def test_an_organization_wide_change_has_no_account_to_match(
        self, change: Make, notification: MakeNotification
    ) -> None:
        one = change(account=AccountRef(id=""))
        assert selected([one], notification(), {}) == (one,)
        assert selected([one], notification(match=NotificationMatch(accounts=("111111111111",))), {}) == ()


class TestSplit:
    def test_parts_what_is_owed_from_what_is_added(
        self, change: Make, news: MakeNews, notification: MakeNotification
    ) -> None:
        old, new = change(1, run="nightly-1"), change(2)
        assert split(news(new), (old,), notification()) == ((old,), (new,))

    def test_what_the_memory_already_marked_as_owed_is_not_told_twice(
        self, change: Make, news: MakeNews, notification: MakeNotification
    ) -> None:
        old, new = change(1, run="nightly-1"), change(2)
        assert split(news(new), (old, new), notification()) == ((old,), (new,))

    def test_the_same_problem_of_two_runs_is_told_twice(
        self, change: Make, news: MakeNews, notification: MakeNotification
    ) -> None:
        came, went = change(1, run="nightly-1"), change(1, kind="resolved")
        assert split(news(went), (came,), notification()) == ((came,), (went,))

    def test_a_baseline_adds_nothing(self, change: Make, news: MakeNews, notification: MakeNotification) -> None:
        assert split(news(change(), baseline=True), (), notification()) == ((), ())

    def test_cloudmappers_ids_select_what_is_owed_and_what_is_added(
        self, change: Make, news: MakeNews, notification: MakeNotification
    ) -> None:
        asked = notification(match=NotificationMatch(checks=("S3_PUBLIC_POLICY",)))
        aliases = {"S3_BUCKET_PUBLIC_POLICY": ("S3_PUBLIC_POLICY",)}
        old, new = change(1, run="nightly-1"), change(2)
        assert split(news(new, aliases=aliases), (old,), asked) == ((old,), (new,))

    def test_what_is_owed_is_selected_too(self, change: Make, news: MakeNews, notification: MakeNotification) -> None:
        assert split(news(), (change(severity="Low", run="nightly-1"),), notification()) == ((), ())


class TestWanted:
    @pytest.mark.parametrize(
        ("policy", "result", "baseline", "owed", "added", "sends"),
        [
            ("OnChange", "Findings", False, False, False, False),
            ("OnChange", "Findings", False, False, True, True),
            ("OnChange", "Clean", False, True, False, True),
            ("OnChange", "Findings", True, False, False, True),
            ("OnChange", "Partial", False, False, False, False),
            ("OnChange", "Error", False, False, False, True),
            ("Always", "Clean", False, False, False, True),
            ("OnFailure", "Findings", False, False, True, False),
            ("OnFailure", "Findings", True, False, False, False),
            ("OnFailure", "Clean", False, True, False, True),
            ("OnFailure", "Partial", False, False, False, True),
            ("OnFailure", "Error", False, False, False, True),
            ("Never", "Error", True, True, True, False),
        ],
    )
    def test_the_policy_decides(
        self,
        change: Make,
        news: MakeNews,
        notification: MakeNotification,
        policy: str,
        result: str,
        baseline: bool,
        owed: bool,
        added: bool,
        sends: bool,
    ) -> None:
        one = (change(),)
        told = wanted(
            news(result=result, baseline=baseline),
            one if owed else (),
            one if added else (),
            notification(policy=policy),
        )
        assert told is sends
