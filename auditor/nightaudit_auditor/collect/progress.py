"""What a watcher of the collection may be told."""

from __future__ import annotations

from typing import Protocol

import msgspec

from nightaudit_auditor.snapshot import Outcome


class CallFinished(msgspec.Struct, frozen=True):
    """One call with all its pages and retries: where, how it ended and how long it took (seconds, waiting included)."""

    account: str
    region: str
    service: str
    operation: str
    outcome: Outcome
    seconds: float


class CollectedAccount(msgspec.Struct, frozen=True):
    """How an account fared. `outcomes` counts all records, `by_service` those of each (region, service).

    `reachable` is False if no credentials could be had; `error` then says why, or why the account ended before its time.
    """

    account: str
    name: str
    regions: tuple[str, ...]
    reachable: bool
    complete: bool
    error: str
    outcomes: dict[str, int]
    by_service: dict[str, dict[str, dict[str, int]]]
    """region → service → outcome → count"""


class Collection(msgspec.Struct, frozen=True):
    """A run's collection, accounts in the order of the schedule. `halted` is "", DeadlineExceeded or Interrupted."""

    accounts: tuple[CollectedAccount, ...]
    halted: str
    seconds: float


class Progress(Protocol):
    """Called in the event loop's thread: must not block."""

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None: ...
    def call_finished(self, call: CallFinished) -> None: ...
    def account_finished(self, account: CollectedAccount) -> None: ...
