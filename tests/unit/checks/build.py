"""Hand-built snapshots for the tests of checks: `account(ok("ec2.describe_vpcs", "eu-west-1", {...}), denied(...))`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.registry import Fail, Severity, Unknown
from nightaudit_auditor.checks.results import CheckResult, Evaluation
from nightaudit_auditor.checks.selection import Selection
from nightaudit_auditor.organization import Discovery, Known
from nightaudit_auditor.snapshot import GLOBAL, Account, AccountData, Outcome, Record

OWN = "111111111111"
SISTER = "222222222222"
STRANGER = "999999999999"
REGION = "eu-central-1"
TIME = "2026-11-23T03:17:00Z"
NOW = datetime.fromisoformat(TIME).timestamp()


@dataclass(frozen=True)
class Settings:
    """The settings of a schedule that says nothing."""

    unused_days: int = 90
    key_rotation_days: int = 90
    root_used_days: int = 7
    role_unused_days: int = 180
    two_keys_days: int = 14
    trusted_accounts: frozenset[str] = frozenset()
    trusted_organizational_units: frozenset[str] = frozenset()
    identity_providers: frozenset[str] = frozenset()
    known_vendors: bool = True
    admins: tuple[str, ...] = ()
    known_cidrs: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    private_buckets: tuple[str, ...] = ()
    accounts_without_guardduty: frozenset[str] = frozenset()


def ok(name: str, /, region: str = GLOBAL, answer: Mapping[str, Any] | None = None, **parameters: str) -> Record:
    """An answer of `service.operation`."""
    return _record(name, region, Outcome.OK, parameters, answer=dict(answer or {}))


def absent(name: str, /, region: str = GLOBAL, **parameters: str) -> Record:
    """AWS said that there is no such configuration."""
    return _record(name, region, Outcome.ABSENT, parameters)


def denied(name: str, /, region: str = GLOBAL, **parameters: str) -> Record:
    """AWS refused the call."""
    return _record(name, region, Outcome.DENIED, parameters, code="AccessDenied")


def failed(
    name: str, /, region: str = GLOBAL, outcome: Outcome = Outcome.ERROR, *, code: str = "", **parameters: str
) -> Record:
    """The call ended otherwise: throttled, gone, skipped, blocked …"""
    return _record(name, region, outcome, parameters, code=code or outcome.value)


def _record(name: str, region: str, outcome: Outcome, parameters: dict[str, str], **rest: Any) -> Record:
    service, operation = name.split(".")
    return Record(OWN, service, operation, region, outcome, parameters, **rest)


def account(
    *records: Record,
    id_: str = OWN,
    regions: tuple[str, ...] = (REGION,),
    reachable: bool = True,
    partition: str = "aws",
    name: str = "",
) -> AccountData:
    """The data of one account, in which the given records (of whichever account) were collected."""
    own = [msgspec.structs.replace(record, account=id_) for record in records]
    return AccountData(Account(id_, name, partition), regions, own, reachable=reachable, time=TIME)


def switched_off() -> AccountData:
    """An account whose organization denies every service in its only region."""
    operations = (
        "cloudtrail.describe_trails", "ec2.describe_vpcs", "ec2.describe_volumes", "ec2.get_ebs_encryption_by_default",
        "guardduty.list_detectors",
    )  # fmt: skip
    return account(*(failed(operation, REGION, Outcome.BLOCKED) for operation in operations))


NO_ORGANIZATION = tuple(
    absent(f"organizations.{operation}") for operation in ("describe_organization", "list_accounts", "list_roots")
)
"""An account outside of any organization: every foreign account that nobody vouches for is a stranger."""


def organization(*members: str) -> tuple[Record, ...]:
    """The management account's view of an organization `o-own` with these members."""
    return (
        ok(
            "organizations.describe_organization",
            answer={"Organization": {"Id": "o-own", "MasterAccountId": members[0]}},
        ),
        ok("organizations.list_accounts", answer={"Accounts": [{"Id": m, "Name": f"member {m}"} for m in members]}),
    )


def judge(
    check: str,
    *accounts: AccountData,
    settings: Settings | None = None,
    known: Known | None = None,
    discovery: Discovery | None = None,
) -> Evaluation:
    """Run one check over the accounts, with the AUDIT_* checks off; `known` is what memory holds of organizations, `discovery`
    what the schedule's search for accounts came to."""
    selection = Selection((load().checks[check],), {})
    return evaluate({a.account.id: a for a in accounts}, selection, settings or Settings(), NOW, discovery, known)


@dataclass(frozen=True)
class Case:
    """One row of a table of tests for a check.

    planted: the check must find exactly `finds` (discriminators). hardened: it must find nothing and know it (PASS), where a
    naive check would cry. unreadable: it must say UNKNOWN and never pass what it could not see. Of several accounts, `whose` are
    those that have the problems.
    """

    check: str
    shape: Literal["planted", "hardened", "unreadable"]
    why: str
    accounts: tuple[AccountData, ...]
    finds: tuple[str, ...] = ("",)
    severity: Severity | None = None
    settings: Settings = field(default_factory=Settings)
    known: Known = field(default_factory=dict)
    discovery: Discovery | None = None
    whose: tuple[str, ...] = (OWN,)

    def __str__(self) -> str:
        return f"{self.check}: {self.shape}: {self.why}"


def assert_case(case: Case) -> None:
    """Raises AssertionError if the check says anything else than the case."""
    evaluation = judge(case.check, *case.accounts, settings=case.settings, known=case.known, discovery=case.discovery)
    fails = [(r, r.outcome) for r in evaluation.results if isinstance(r.outcome, Fail)]
    unknown = [r for r in evaluation.results if isinstance(r.outcome, Unknown)]
    if case.shape == "planted":
        assert sorted(f.discriminator for _, f in fails) == sorted(case.finds), evaluation.results
        assert not unknown
        expected = case.severity or load().checks[case.check].severity
        assert {r.severity for r, _ in fails} == {expected}
        if len(case.accounts) > 1:
            assert {r.account for r, _ in fails} == set(case.whose)
    elif case.shape == "hardened":
        assert evaluation.results == ()
        assert not evaluation.unknown
    else:
        assert not fails
        assert unknown
        # A check that raises is UNKNOWN too, and shows nothing about what it makes of missing data.
        assert not any(r.outcome.reason.startswith("the check failed") for r in unknown), unknown
        assert evaluation.passed.get(case.check, 0) == 0


def problems(evaluation: Evaluation) -> list[CheckResult]:
    """The results that are problems."""
    return [r for r in evaluation.results if isinstance(r.outcome, Fail)]
