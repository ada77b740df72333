"""A whole collection for tests: the accounts, the schedule, what a watcher hears, the snapshot read back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from nightaudit_auditor.collect import CallFinished, CollectedAccount, Collection
from nightaudit_auditor.manifests.types import (
    AccountTarget,
    AuditSchedule,
    Metadata,
    Regions,
    S3Storage,
    ScheduleSpec,
    Storage,
)
from nightaudit_auditor.snapshot import AccountData, read_account

OWN = AccountTarget(id="111111111111", name="production", labels={"env": "prod"})
MEMBER = AccountTarget(id="222222222222", role_arn="arn:aws:iam::222222222222:role/nightaudit", external_id="external")

Run = Callable[..., Awaitable[Collection]]


def schedule(*accounts: AccountTarget, regions: Regions | None = None) -> AuditSchedule:
    storage = Storage(s3=S3Storage(bucket="bucket"))
    spec = ScheduleSpec(schedule="@daily", accounts=accounts or (OWN,), storage=storage, regions=regions or Regions())
    return AuditSchedule(metadata=Metadata(name="nightly"), spec=spec)


class Recorder:
    def __init__(self) -> None:
        self.accounts = 0
        self.asked: list[tuple[str, str, str]] = []
        self.refused: list[tuple[str, str, str]] = []
        self.started: list[str] = []
        self.calls: list[CallFinished] = []
        self.finished: list[CollectedAccount] = []

    def run_started(self, accounts: int) -> None:
        self.accounts = accounts

    def call_started(self, account: str, region: str, service: str) -> None:
        self.asked.append((account, region, service))

    def throttled(self, account: str, region: str, service: str) -> None:
        self.refused.append((account, region, service))

    def account_started(self, account: str, name: str, regions: tuple[str, ...]) -> None:
        self.started.append(account)

    def call_finished(self, call: CallFinished) -> None:
        self.calls.append(call)

    def account_finished(self, account: CollectedAccount) -> None:
        self.finished.append(account)


def read(folder: Path, account: str = OWN.id) -> AccountData:
    return read_account(folder / "metadata" / f"{account}.jsonl.gz")
