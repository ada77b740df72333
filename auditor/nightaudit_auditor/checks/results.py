"""What an evaluation yields: results, and how far they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from nightaudit_auditor.checks.registry import Resource, Result, Severity
from nightaudit_auditor.organization import Listing
from nightaudit_auditor.snapshot import AccountData

Scope3 = tuple[str, str, str]
"""(check id, account id, region)."""

Scope4 = tuple[str, str, str, str]
"""(check id, account id, region, resource ARN)."""


class CheckResult(msgspec.Struct, frozen=True):
    """A problem, or something that could not be judged. `region` is the resource's (`global` where it has none).

    `severity` has the schedule's override applied, then the condition's own, then the check's. `judged` is the ARN of what
    was judged: a problem may be another resource's.
    """

    check: str
    account: str
    region: str
    resource: Resource
    outcome: Result
    severity: Severity
    judged: str


@dataclass(frozen=True)
class Evaluation:
    """Everything that one run can say.

    `scopes`: (check, account, region) whose resources were all listed; a check of a global kind has one for `global` and
    for each region in which its resources may be. `unknown`: resources that could not (wholly) be judged; they are outside
    of what a run may call resolved. `gone`: resources that vanished during the run. `passed`: check id → resources judged
    without a problem. `muted`: problems that are there, but milder than the schedule's minimum. `unreachable`: accounts without any scope but that of AUDIT_ACCOUNT_UNREACHABLE.
    `facts`: all accounts by id, with the few records that are needed of every one. `listings`: who is in the organizations.
    """

    results: tuple[CheckResult, ...]
    scopes: frozenset[Scope3]
    unknown: frozenset[Scope4]
    gone: frozenset[Scope4]
    muted: frozenset[Scope4]
    passed: Mapping[str, int]
    unreachable: tuple[str, ...]
    facts: Mapping[str, AccountData] = field(compare=False)
    listings: Mapping[str, Listing] = field(compare=False)
