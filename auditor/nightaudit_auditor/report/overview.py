"""What the page shows besides the lists of findings: totals, accounts, inventory. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from nightaudit_auditor.findings.model import Finding, State, Status
from nightaudit_auditor.report.model import AccountRow, InventoryRow, ReportModel

SEVERITIES = ("Critical", "High", "Medium", "Low", "Info")


@dataclass(frozen=True)
class Totals:
    """`severities` and `open` count the problems that are neither excepted nor gone."""

    severities: dict[str, int]
    new: int
    reopened: int
    resolved: int
    excepted: int
    unknown: int

    @property
    def open(self) -> int:
        return sum(self.severities.values())


@dataclass(frozen=True)
class Bar:
    """One part of a stacked bar, in hundredths of a percent of its width."""

    severity: str
    count: int
    x: int
    width: int


@dataclass(frozen=True)
class AccountSummary:
    """An account with its problems; `bars` are scaled to the account with the most."""

    account: AccountRow
    severities: dict[str, int]
    unknown: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Cell:
    """Resources of one type in one account; `unread` are the regions whose number is not known."""

    count: int
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """Resource counts: a row for each type, a cell for each account (None: the type was not looked for there)."""

    accounts: tuple[AccountRow, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


def totals(report: ReportModel) -> Totals:
    """Counts over the whole run."""
    states = Counter(finding.state for finding in report.findings if finding.status is Status.FAIL)
    return Totals(
        severities=_severities(_problems(report.findings)),
        new=states[State.NEW],
        reopened=states[State.REOPENED],
        resolved=len(report.resolved),
        excepted=states[State.EXCEPTED],
        unknown=sum(finding.status is Status.UNKNOWN for finding in report.findings),
    )


def summaries(report: ReportModel) -> tuple[AccountSummary, ...]:
    """The accounts, those with the worst problems first; an account that only findings name is there too."""
    known = {account.id: account for account in report.accounts}
    problems: dict[str, list[Finding]] = {account: [] for account in known}
    unknown: Counter[str] = Counter()
    for finding in report.findings:
        account = finding.account
        if account.id not in known:
            known[account.id] = AccountRow(
                id=account.id, name=account.name or "schedule", reachable=True, audited=False
            )  # fmt: skip
        if finding.status is Status.UNKNOWN:
            unknown[account.id] += 1
        elif finding.state is not State.EXCEPTED:
            problems.setdefault(account.id, []).append(finding)
    counts = {account: _severities(problems.get(account, [])) for account in known}
    most = max((sum(each.values()) for each in counts.values()), default=0)
    order = sorted(known, key=lambda account: ([-counts[account][name] for name in SEVERITIES], account))
    return tuple(
        AccountSummary(known[account], counts[account], unknown[account], _bars(counts[account], most))
        for account in order
    )


def inventory(report: ReportModel) -> Inventory:
    """The resource counts as a table of types by accounts."""
    grouped: dict[str, dict[str, list[InventoryRow]]] = {}
    for row in report.inventory:
        grouped.setdefault(row.type, {}).setdefault(row.account, []).append(row)
    named = {account.id: account for account in report.accounts}
    ids = sorted({row.account for row in report.inventory}, key=lambda id_: (id_ not in named, id_))
    accounts = tuple(named.get(id_) or AccountRow(id=id_, reachable=True) for id_ in ids)
    rows = tuple((type_, tuple(_cell(cells.get(id_, ())) for id_ in ids)) for type_, cells in sorted(grouped.items()))
    return Inventory(accounts, rows)


def _cell(rows: Iterable[InventoryRow]) -> Cell | None:
    rows = list(rows)
    if not rows:
        return None
    counted = [row.count for row in rows if row.count is not None]
    unread = tuple(sorted(row.region for row in rows if row.count is None))
    return Cell(sum(counted), unread)


def _problems(findings: Iterable[Finding]) -> Iterable[Finding]:
    return (each for each in findings if each.status is Status.FAIL and each.state is not State.EXCEPTED)


def _severities(findings: Iterable[Finding]) -> dict[str, int]:
    counted = Counter(finding.severity for finding in findings)
    return {name: counted.get(name, 0) for name in SEVERITIES}


def _bars(counts: dict[str, int], most: int) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    x = 0
    for severity, count in counts.items():
        if count:
            width = max(round(10_000 * count / most), 60)
            bars.append(Bar(severity, count, x, width))
            x += width
    return tuple(bars)
