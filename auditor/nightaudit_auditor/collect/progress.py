"""What a watcher of the collection may be told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from nightaudit_auditor.organization import Roster
from nightaudit_auditor.snapshot import AccountData, Outcome, Turn


class CallFinished(msgspec.Struct, frozen=True):
    """One call with all its pages and retries: where, and how it ended."""

    account: str
    region: str
    service: str
    operation: str
    outcome: Outcome


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
    turns: dict[str, Turn] | None = None
    """Where the reading of lists stands that are too long for one run; None if the account was not collected to its end."""


@dataclass(frozen=True)
class Collection:
    """A run's collection, accounts in the order of the roster. `halted` is "", DeadlineExceeded or Interrupted.

    `organization` is what was read of it, None if the schedule does not have accounts discovered.
    """

    accounts: tuple[CollectedAccount, ...]
    halted: str
    seconds: float
    organization: AccountData | None
    roster: Roster

    def next_turns(self, before: Mapping[str, Turn]) -> dict[str, Turn]:
        """What the next run must be given: accounts that were not collected to their end keep what they had before."""
        ended = {account.account for account in self.accounts if account.turns is not None}
        kept = {name: turn for name, turn in before.items() if json.loads(name)[0] not in ended}
        for account in self.accounts:
            kept |= account.turns or {}
        return kept


class Progress(Protocol):
    """Called in the event loop's thread: must not block.

    A call is `call_started` when it is known that it must be made, long before its turn comes. `throttled` says that AWS
    refused an attempt as too fast.
    """

    def run_started(self, accounts: int) -> None: ...
    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None: ...
    def call_started(self, account: str, region: str, service: str) -> None: ...
    def throttled(self, account: str, region: str, service: str) -> None: ...
    def call_finished(self, call: CallFinished) -> None: ...
    def account_finished(self, account: CollectedAccount) -> None: ...
