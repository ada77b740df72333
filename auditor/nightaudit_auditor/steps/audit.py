"""Audit a snapshot: the selected checks over all accounts, then the exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nightaudit_auditor.checks.catalogue import load
from nightaudit_auditor.checks.engine import evaluate
from nightaudit_auditor.checks.names import name_problems
from nightaudit_auditor.checks.registry import Registry
from nightaudit_auditor.checks.results import Evaluation, Scope4
from nightaudit_auditor.checks.selection import Selection, select
from nightaudit_auditor.collect.catalogue import read_catalogue
from nightaudit_auditor.findings.build import NO_ACCOUNT, build_findings
from nightaudit_auditor.findings.departures import DEPARTED_CHECK, acknowledged_departures
from nightaudit_auditor.findings.discovery import DISCOVERY_CHECK, discovery_findings
from nightaudit_auditor.findings.exceptions import EXPIRING_CHECK, cover, expiring_findings
from nightaudit_auditor.findings.memory import Judged, Place
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.manifests import AuditException, AuditSchedule, CheckSettings, Problem
from nightaudit_auditor.organization import (
    Discovery,
    Known,
    Listed,
    Roster,
    missing,
    select_accounts,
)
from nightaudit_auditor.organization.roster import EXCLUDED, UNDECIDED
from nightaudit_auditor.snapshot import GLOBAL, AccountData, Outcome


@dataclass(frozen=True)
class Judgement:
    """What the audit says. `matched`: findings per exception, in the exceptions' order; `judged`: how far it may speak; `listed`:
    who is in the organizations.

    `warnings` say what the schedule and the exceptions say of checks to no effect.
    """

    findings: tuple[Finding, ...]
    matched: tuple[int, ...]
    judged: Judged
    evaluation: Evaluation
    selection: Selection
    registry: Registry
    roster: Roster
    listed: Listed
    warnings: tuple[str, ...]


def audit(
    accounts: Mapping[str, AccountData],
    schedule: AuditSchedule,
    exceptions: Sequence[AuditException],
    now: datetime,
    last_matches: Mapping[str, str],
    organization: AccountData | None = None,
    known: Known | None = None,
) -> Judgement:
    """Judge `accounts` (by id) as `schedule` asks. `last_matches`: exception name → when it last matched, from memory.

    `organization` is what was read of it, if the schedule has its accounts discovered; `known` who was in it, from memory.
    """
    registry = load()
    selection = select(registry, schedule.spec.checks)
    roster = select_accounts(schedule.spec, organization)
    discovery = Discovery(organization, roster) if organization and schedule.spec.organization else None
    parents = read_catalogue().parents
    evaluation = evaluate(accounts, selection, CheckSettings(schedule.spec), now.timestamp(), discovery, known, parents)
    undiscovered = discovery_findings(registry.checks[DISCOVERY_CHECK], schedule.metadata, roster)
    expiring = expiring_findings(registry.checks[EXPIRING_CHECK], exceptions, last_matches, now)
    aliases = {check.id: check.aliases for check in registry.checks.values()}
    found = (*build_findings(evaluation, registry, discovery), *undiscovered, *expiring)
    covered = cover(found, exceptions, aliases, now)
    acknowledged = acknowledged_departures(covered.findings)
    selected = frozenset(check.id for check in selection.checks)
    judged = Judged(
        scopes=evaluation.scopes | {(check, NO_ACCOUNT.id, GLOBAL) for check in (EXPIRING_CHECK, DISCOVERY_CHECK)},
        unknown=frozenset(_place(scope) for scope in evaluation.unknown | evaluation.gone),
        muted=frozenset(_place(scope) for scope in evaluation.muted),
        regions={id_: data.regions for id_, data in evaluation.facts.items() if _regions_known(data)},
        selected=selected,
        accounts=frozenset(accounts),
        accounts_known=roster.known,
        left_out=frozenset(one.id for one in roster.left_out if one.reason != UNDECIDED),
        missing=missing(known or {}, evaluation.listings) - acknowledged if DEPARTED_CHECK in selected else (),
    )
    listed = Listed(
        today=evaluation.listings,
        excluded=frozenset(one.id for one in roster.left_out if one.reason == EXCLUDED),
        acknowledged=acknowledged,
        concerned=frozenset(accounts) if roster.known else None,
    )
    warnings = tuple(map(str, _ineffective(registry, schedule, exceptions)))
    return Judgement(
        covered.findings, covered.matched, judged, evaluation, selection, registry, roster, listed, warnings
    )


def _ineffective(
    registry: Registry, schedule: AuditSchedule, exceptions: Sequence[AuditException]
) -> Iterator[Problem]:
    yield from name_problems(registry, schedule)
    for exception in exceptions:
        for problem in name_problems(registry, exception):
            yield problem.within(f"AuditException {exception.metadata.name}")


def _place(scope: Scope4) -> Place:
    check, account, _, arn = scope
    return check, account, arn


def _regions_known(data: AccountData) -> bool:
    listed = data.record("ec2.describe_regions")
    return listed is not None and listed.outcome is Outcome.OK
