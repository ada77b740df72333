"""What a person, or a log, sees while accounts are being collected."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nightaudit_auditor.cli.board import AccountBoard, Board
from nightaudit_auditor.cli.console import printable
from nightaudit_auditor.collect import CallFinished, CollectedAccount, Progress

log = logging.getLogger(__name__)

LOG_EVERY_SECONDS = 30.0
SHOWN = 12
"""Accounts on the screen: those under way, then the last that were done."""
_NAME_CHARACTERS = 80


class _Watcher:
    """A Progress that keeps the board."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.board = Board(clock())

    def run_started(self, accounts: int) -> None:
        self.board.run_started(accounts)

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None:
        self.board.account_started(account, name, regions)

    def call_started(self, account: str, region: str, service: str) -> None:
        self.board.call_started(account, region, service)

    def throttled(self, account: str, region: str, service: str) -> None:  # noqa: ARG002 - a Progress
        self.board.throttle(account)

    def call_finished(self, call: CallFinished) -> None:
        self.board.call_finished(call, self.clock())

    def account_finished(self, account: CollectedAccount) -> None:
        self.board.account_finished(account)


class LoggedProgress(_Watcher):
    """A line when an account starts, when it is done, and every half minute in between: what a pod's log needs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._said = clock()

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None:
        super().account_started(account, name, regions)
        fields = {"account": account, "regions": list(regions)}
        log.info("collecting %s (%s) in %d regions", account, name or "unnamed", len(regions), extra={"fields": fields})

    def call_finished(self, call: CallFinished) -> None:
        """Single calls are in the snapshot; a log of them would be larger than it."""
        super().call_finished(call)
        now = self.clock()
        if now - self._said >= LOG_EVERY_SECONDS:
            self._said = now
            log.info("%s", headline(self.board, now), extra={"fields": numbers(self.board, now)})

    def account_finished(self, account: CollectedAccount) -> None:
        super().account_finished(account)
        fields = {"account": account.account, "reachable": account.reachable, "outcomes": account.outcomes}
        level = logging.INFO if account.reachable else logging.ERROR
        log.log(level, "collected %s: %s", account.account, account.error or account.outcomes, extra={"fields": fields})


class ScreenProgress(_Watcher):
    """A headline, and a line for each account: regions and services done, calls, throttling, holes."""

    def __rich__(self) -> RenderableType:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for column in ("ACCOUNT", "REGIONS", "SERVICES", "CALLS", "WAITING", "THROTTLED", "HOLES", ""):
            table.add_column(column, no_wrap=True)
        for account, board in shown(self.board):
            table.add_row(*(Text(printable(cell)) for cell in row(account, board)))
        return Group(Text(headline(self.board, self.clock())), table)


def headline(board: Board, now: float) -> str:
    """The whole run in a line."""
    least = board.at_least(now)
    left = "" if least is None else f", at least {least:.0f} s more"
    return (
        f"{board.finished}/{board.total} accounts, {board.calls} calls, {board.rate(now):.0f}/s, "
        f"{board.throttled} throttled, {board.holes} holes, {now - board.started:.0f} s{left}"
    )


def numbers(board: Board, now: float) -> dict[str, float | int]:
    """The same for a machine."""
    return {
        "accountsDone": board.finished, "accounts": board.total, "calls": board.calls, "callsPerSecond": round(board.rate(now), 1),
        "throttled": board.throttled, "holes": board.holes, "seconds": round(now - board.started, 1),
    }  # fmt: skip


def shown(board: Board) -> list[tuple[str, AccountBoard]]:
    """The accounts that fit on the screen: those under way first, of the others the latest."""
    under_way = [item for item in board.accounts.items() if not item[1].finished]
    done = [item for item in board.accounts.items() if item[1].finished]
    return [*under_way[:SHOWN], *reversed(done[-max(0, SHOWN - len(under_way)) :] if len(under_way) < SHOWN else [])]


def row(account: str, board: AccountBoard) -> tuple[str, ...]:
    """One account's line."""
    state = board.error or ("done" if board.finished else "")
    return (
        f"{account} {board.name}".strip()[:_NAME_CHARACTERS], "/".join(map(str, board.regions_done)), "/".join(map(str, board.services_done)),
        str(board.done), str(board.waiting), str(board.throttled), str(board.holes), state,
    )  # fmt: skip


@contextmanager
def make_progress() -> Iterator[Progress]:
    """A live table on a terminal, log lines elsewhere."""
    if not sys.stderr.isatty() or os.environ.get("NIGHTAUDIT_LOG_FORMAT") == "json":
        yield LoggedProgress()
        return
    screen = ScreenProgress()
    with Live(screen, console=Console(stderr=True), refresh_per_second=4):
        yield screen
