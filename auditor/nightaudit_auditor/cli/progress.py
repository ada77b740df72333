"""What a person, or a log, sees while an account is being collected."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from nightaudit_auditor.cli.console import printable
from nightaudit_auditor.collect import CallFinished, CollectedAccount, Progress

log = logging.getLogger(__name__)

_GOOD = ("ok", "absent", "gone")


class LoggedProgress:
    """A line when an account starts and when it is done: what a pod's log needs."""

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None:
        fields = {"account": account, "regions": list(regions)}
        log.info("collecting %s (%s) in %d regions", account, name or "unnamed", len(regions), extra={"fields": fields})

    def call_finished(self, call: CallFinished) -> None:
        """Single calls are in the snapshot; a log of them would be larger than it."""

    def account_finished(self, account: CollectedAccount) -> None:
        fields = {"account": account.account, "reachable": account.reachable, "outcomes": account.outcomes}
        level = logging.INFO if account.reachable else logging.ERROR
        log.log(level, "collected %s: %s", account.account, account.error or account.outcomes, extra={"fields": fields})


class BarProgress:
    """A line per account on a terminal: calls made, calls that gave no answer, seconds. No ETA: nobody knows it."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._holes: dict[str, int] = {}

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None:
        label = printable(f"{account} {name}".strip())
        self._holes[account] = 0
        self._tasks[account] = self._bars.add_task(label, total=None, holes=f"{len(regions)} regions")

    def call_finished(self, call: CallFinished) -> None:
        if call.account not in self._tasks:
            return
        self._holes[call.account] += call.outcome.value not in _GOOD
        self._bars.update(self._tasks[call.account], advance=1, holes=f"{self._holes[call.account]} holes")

    def account_finished(self, account: CollectedAccount) -> None:
        if account.account not in self._tasks:
            return
        done = sum(account.outcomes.values())
        self._bars.update(self._tasks[account.account], total=done, completed=done)


@contextmanager
def make_progress() -> Iterator[Progress]:
    """Bars on a terminal, log lines elsewhere."""
    if not sys.stderr.isatty() or os.environ.get("NIGHTAUDIT_LOG_FORMAT") == "json":
        yield LoggedProgress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[holes]}"))
    with Bars(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        yield BarProgress(bars)
