"""The totals: each finding is counted where it belongs, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightaudit_auditor.findings.model import AccountRef, Finding, State, Status
from nightaudit_auditor.report import AccountRow, InventoryRow, ReportModel
from nightaudit_auditor.report.overview import SEVERITIES, Cell, inventory, summaries, totals

MakeFinding = Callable[..., Finding]
MakeReport = Callable[..., ReportModel]


class TestTotals:
    def test_count_by_state(self, finding: MakeFinding, report: MakeReport) -> None:
        counted = totals(
            report(
                finding(1, state=State.NEW),
                finding(2, state=State.REOPENED, severity="High"),
                finding(3, state=State.OPEN, severity="High"),
                finding(4, state=State.EXCEPTED),
                finding(5, status=Status.UNKNOWN, state=None),
                finding(6, status=Status.UNKNOWN, state=State.OPEN),
                resolved=(finding(7, state=State.RESOLVED),),
            )
        )
        assert counted.severities == {"Critical": 1, "High": 2, "Medium": 0, "Low": 0, "Info": 0}
        assert (counted.open, counted.new, counted.reopened, counted.resolved) == (3, 1, 1, 1)
        assert (counted.excepted, counted.unknown) == (1, 2)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        found=st.lists(
            st.tuples(
                st.sampled_from(SEVERITIES),
                st.sampled_from([State.NEW, State.OPEN, State.REOPENED, State.EXCEPTED]),
                st.sampled_from(list(Status)),
                st.sampled_from(["1", "2", ""]),
            )
        )
    )
    def test_agree_with_the_accounts(
        self, finding: MakeFinding, report: MakeReport, found: list[tuple[str, State, Status, str]]
    ) -> None:
        model = report(
            *(
                finding(number, severity=severity, state=state, status=status, account=AccountRef(id=account))
                for number, (severity, state, status, account) in enumerate(found)
            ),
            accounts=(AccountRow(id="1", reachable=True),),
        )
        whole, parts = totals(model), summaries(model)
        assert whole.open == sum(sum(part.severities.values()) for part in parts)
        assert whole.unknown == sum(part.unknown for part in parts)
        assert whole.open + whole.unknown + whole.excepted == len(found)


class TestAccounts:
    def test_come_worst_first(self, finding: MakeFinding, report: MakeReport) -> None:
        rows = tuple(AccountRow(id=each, reachable=True) for each in ("1", "2", "3"))
        model = report(
            finding(1, severity="High", account=AccountRef(id="2")),
            *(finding(number, severity="Low", account=AccountRef(id="3")) for number in range(9)),
            accounts=rows,
        )
        assert [each.account.id for each in summaries(model)] == ["2", "3", "1"]

    def test_bars_are_scaled_to_the_longest(self, finding: MakeFinding, report: MakeReport) -> None:
        model = report(
            *(finding(number, account=AccountRef(id="1")) for number in range(4)),
            finding(9, severity="Low", account=AccountRef(id="2")),
        )
        first, second = summaries(model)
        assert [(bar.severity, bar.x, bar.width) for bar in first.bars] == [("Critical", 0, 10_000)]
        assert [(bar.severity, bar.width) for bar in second.bars] == [("Low", 2_500)]

    def test_a_finding_of_no_account_belongs_to_the_schedule(self, finding: MakeFinding, report: MakeReport) -> None:
        (only,) = summaries(report(finding(account=AccountRef(id=""))))
        assert (only.account.name, only.severities["Critical"], only.account.audited) == ("schedule", 1, False)


class TestInventory:
    def test_sums_regions_and_keeps_what_is_unread_apart(self, report: MakeReport) -> None:
        rows = [("1", "a", "T", 2), ("1", "b", "T", 3), ("1", "c", "T", None), ("2", "a", "T", 0), ("2", "a", "U", 1)]
        table = inventory(
            report(
                inventory=tuple(InventoryRow(account=a, region=r, type=t, count=n) for a, r, t, n in rows),
                accounts=(AccountRow(id="1", name="production", reachable=True),),
            )
        )
        assert [account.name for account in table.accounts] == ["production", ""]
        assert dict(table.rows) == {"T": (Cell(5, ("c",)), Cell(0, ())), "U": (None, Cell(1, ()))}
