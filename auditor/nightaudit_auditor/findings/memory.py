"""The memory between runs: what was known before, and what this run therefore calls new, open, reopened or resolved.

Pure: `compare` takes what was remembered and what was found, and gives both back changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.findings.exceptions import parse_time
from nightaudit_auditor.findings.model import Finding, State, Status
from nightaudit_auditor.snapshot import GLOBAL

FORGET_AFTER = timedelta(days=90)
"""How long a resolved finding can come back as REOPENED, and one whose scope is no longer audited is kept."""

Scope = tuple[str, str, str]
"""(check, account id, region)."""

Place = tuple[str, str, str]
"""(check, account id, resource ARN)."""


class Remembered(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A finding as memory keeps it: the finding itself, without evidence, in its last known state."""

    finding: Finding
    state: State
    first_seen: str
    last_seen: str


Memory = Mapping[str, Remembered]
"""By fingerprint."""


@dataclass(frozen=True)
class Judged:
    """What this run may speak about.

    `scopes`: (check, account, region) whose resources were all listed and which the run selected.
    `unknown`: (check, account, resource ARN) that could not be judged; without a region, because where a resource is may
    be just what could not be read. `muted`: likewise for problems that are there, but too mild for the schedule.
    `selected`: all checks that ran; `accounts`: all accounts of the run, reached or not; `regions`: account → the regions
    that were audited, for accounts whose regions are known. `accounts_known` is False if a discovery did not find out
    which other accounts the schedule means; those in `left_out` it is known not to mean. `missing` are accounts that left their
    organization, and nobody acknowledged it: whatever was known of them may still be true.
    """

    scopes: Collection[Scope]
    unknown: Collection[Place]
    selected: Collection[str]
    accounts: Collection[str]
    muted: Collection[Place] = ()
    regions: Mapping[str, Collection[str]] = field(default_factory=dict)
    accounts_known: bool = True
    left_out: Collection[str] = ()
    missing: Collection[str] = ()

    def speaks_of(self, finding: Finding) -> bool:
        """True if the run would have found the problem, had it still been there."""
        scope = (finding.check, finding.account.id, finding.region)
        judged = {finding.resource.arn, finding.judged or finding.resource.arn}
        return scope in self.scopes and not any((*scope[:2], arn) in self.unknown for arn in judged)

    def covers(self, finding: Finding) -> bool:
        """True if the run was meant to look and to say, whether or not it could."""
        account = finding.account.id
        return (
            finding.check in self.selected
            and (not account or self._meant(account) or (finding.check, account, finding.region) in self.scopes)
            and (finding.check, account, finding.resource.arn) not in self.muted
            and (finding.region == GLOBAL or finding.region in self.regions.get(account, (finding.region,)))
        )

    def _meant(self, account: str) -> bool:
        """Whether the schedule means the account, as far as this run could find out."""
        undiscovered = not self.accounts_known and account not in self.left_out
        return account in self.accounts or account in self.missing or undiscovered


@dataclass(frozen=True)
class Comparison:
    """`findings`: all of this run with state and times, and those carried over; `resolved`: gone since; `memory`: for the next."""

    findings: tuple[Finding, ...]
    resolved: tuple[Finding, ...]
    memory: dict[str, Remembered]
    baseline: bool


def compare(memory: Memory | None, findings: Iterable[Finding], judged: Judged, now: datetime) -> Comparison:
    """Give every finding its state, and say what is resolved.

    No memory (None) makes a baseline: everything is OPEN, nothing is NEW. A problem of a scope that this run could not
    judge is carried over as UNKNOWN, never resolved. A problem whose exception ended is REOPENED: nobody was told of it.
    So is one that has become graver: what was told of it is no longer true.
    """
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    known = memory or {}
    stated: list[Finding] = []
    kept: dict[str, Remembered] = {}
    for finding in findings:
        if finding.status is Status.UNKNOWN:
            stated.append(msgspec.structs.replace(finding, last_seen=time))
            continue
        before = known.get(finding.fingerprint)
        state = _state(finding, before, baseline=memory is None)
        first = before.first_seen if before else time
        seen = msgspec.structs.replace(finding, state=state, first_seen=first, last_seen=time)
        if before is not None and state is State.REOPENED and _graver(finding, before):
            seen = msgspec.structs.replace(
                seen, detail=f"{seen.detail} (graver than before: was {before.finding.severity})"
            )
        stated.append(seen)
        lasting = State.EXCEPTED if state is State.EXCEPTED else State.OPEN
        kept[finding.fingerprint] = Remembered(_bare(seen), lasting, first, time)

    resolved: list[Finding] = []
    for key, old in known.items():
        if key in kept:
            continue
        if old.state is State.RESOLVED or not judged.covers(old.finding):
            if parse_time(old.last_seen) > now - FORGET_AFTER:
                kept[key] = old
        elif judged.speaks_of(old.finding):
            gone = msgspec.structs.replace(old.finding, state=State.RESOLVED, first_seen=old.first_seen, last_seen=time)
            if old.state is State.OPEN:
                resolved.append(gone)
            kept[key] = Remembered(gone, State.RESOLVED, old.first_seen, time)
        else:
            kept[key] = old
            stated.append(_carried(old))
    return Comparison(tuple(stated), tuple(resolved), kept, baseline=memory is None)


def _state(finding: Finding, before: Remembered | None, *, baseline: bool) -> State:
    if finding.exception is not None:
        return State.EXCEPTED
    if baseline:
        return State.OPEN
    if before is None:
        return State.NEW
    return State.OPEN if before.state is State.OPEN and not _graver(finding, before) else State.REOPENED


def _graver(finding: Finding, before: Remembered) -> bool:
    return Severity(finding.severity).rank < Severity(before.finding.severity).rank


def _bare(finding: Finding) -> Finding:
    """Without evidence, remediation and compliance: memory is read and written by every run."""
    return msgspec.structs.replace(finding, evidence={}, remediation="", compliance=(), exception=None, state=None)


def _carried(old: Remembered) -> Finding:
    return msgspec.structs.replace(
        old.finding,
        status=Status.UNKNOWN,
        state=State.OPEN,
        first_seen=old.first_seen,
        last_seen=old.last_seen,
        detail=f"{old.finding.detail} (seen last at {old.last_seen}; this run could not read what would tell)",
    )
