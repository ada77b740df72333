"""What a report is made of: plain data that the caller fills in. Everything else on the page is derived from it."""

from __future__ import annotations

from typing import Literal

import msgspec

from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.organization import LeftOut


class CheckText(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue says about a check that has findings; shown once per check, above its findings."""

    id: str
    description: str = ""
    risk: str = ""
    references: tuple[str, ...] = ()


class ExceptionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One AuditException that the schedule selects, whether it matched or not.

    `match` is its `spec.match` as plain JSON data. `matched` counts the findings that it covers in this run; None: the
    run could not tell. `expiry_time` is RFC 3339, or empty for one that never expires.
    """

    name: str
    match: dict[str, object]
    reason: str
    effect: Literal["Acknowledge", "Exclude"]
    state: Literal["Active", "Expiring", "Expired"]
    matched: int | None
    category: str = ""
    owner: str = ""
    ticket: str = ""
    expiry_time: str = ""


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """One account of the schedule. `error` says why it could not be reached, or is empty.

    `regions` were audited. `calls` counts the recorded answers by outcome (`snapshot.Outcome`: ok, absent, denied …).
    `audited` is False for what only findings name: the schedule itself, the account that answered for the organization.
    """

    id: str
    name: str = ""
    labels: dict[str, str] = {}
    reachable: bool
    error: str = ""
    regions: tuple[str, ...] = ()
    calls: dict[str, int] = {}
    audited: bool = True


class InventoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many resources of a type (CloudFormation's name) an account has in a region; None: it could not be read."""

    account: str
    region: str
    type: str
    count: int | None


class SettingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the schedule says at `path` below spec (`checks.parameters.unusedDays`), and so how its checks judged.

    `values` are those of a list, or the one value in words; of a list that is not given there are none. `default`: it is what
    holds for a schedule that does not say it.
    """

    path: str
    values: tuple[str, ...]
    default: bool


class ReportModel(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run. Times are RFC 3339 in UTC.

    `findings` are all of this run, FAIL and UNKNOWN, with their states (excepted and carried-over ones included);
    `resolved` are those of earlier runs that are gone. What changed is derived: NEW and REOPENED of `findings`, and
    `resolved`. An UNKNOWN finding names the operation that could not be read in `evidence["operation"]`.
    `catalogue` is the hash of the checks and operations, `passed` the number of evaluations without a problem, if known.
    `left_out` are the accounts of the organization that were not audited, if the schedule has them discovered.
    `ran` are the ids of the checks that the schedule selects, `not_run` those of all others.
    """

    schedule: str
    namespace: str
    run: str
    result: Literal["Clean", "Findings", "Partial", "Error"]
    started: str
    completed: str
    baseline: bool = False
    version: str = ""
    image: str = ""
    catalogue: str = ""
    passed: int | None = None
    findings: tuple[Finding, ...] = ()
    resolved: tuple[Finding, ...] = ()
    checks: tuple[CheckText, ...] = ()
    exceptions: tuple[ExceptionRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    inventory: tuple[InventoryRow, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    settings: tuple[SettingRow, ...] = ()
    ran: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
