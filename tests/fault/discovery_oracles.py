"""What must be true of a night whose discovery met a fault, given the night before it without. Each oracle yields what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from nightaudit_auditor.checks.registry import Check
from nightaudit_auditor.checks.selection import AUDIT_PREFIX
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.shares import discovery_catalogue
from nightaudit_auditor.findings.discovery import DISCOVERY_CHECK
from nightaudit_auditor.findings.model import Finding, State, Status
from nightaudit_auditor.organization.facts import ACCOUNTS
from nightaudit_auditor.organization.roster import UNDECIDED
from nightaudit_auditor.snapshot import Outcome
from tests.fault.discovering import Kept
from tests.fault.discovery_cases import EVERY, Failure
from tests.fault.oracles import WEAKER_TWINS, Records, affected, needs, recorded, skipped, undisturbed
from tests.fault.organization import PAGE
from tests.fault.stand_in import ASSUME_ROLE
from tests.fault.verdicts import Verdicts
from tests.fault.world import IDENTITY

_COVERAGE = "ORG_ACCOUNT_NOT_AUDITED"


def violations(
    failure: Failure, catalogue: Catalogue, checks: Mapping[str, Check], clean: Kept, kept: Kept
) -> list[str]:
    """Everything that is not as it must be, over all oracles."""
    verdicts = Verdicts(failure)
    asked = discovery_catalogue(catalogue, IDENTITY, tags=bool(failure.wish.organization.tag_selector))
    below = _below(asked, failure)
    return [
        *_organization(asked, failure, below, clean, kept),
        *chosen(verdicts, kept),
        *said(verdicts, kept),
        *audited(verdicts, clean, kept),
        *judged(verdicts, below, checks, clean, kept),
        *remembered(clean, kept),
    ]


def _below(asked: Catalogue, failure: Failure) -> set[str]:
    if failure.case.fault.outcome is Outcome.OK:
        return set()
    if failure.case.entry == ASSUME_ROLE:
        return {ASSUME_ROLE, *asked.entries}
    return affected(asked, failure.case.entry) | (affected(asked, ACCOUNTS) if failure.listed is not None else set())


def _organization(asked: Catalogue, failure: Failure, below: set[str], clean: Kept, kept: Kept) -> Iterator[str]:
    """What was read of the organization is recorded under the fault's name, and nothing else is disturbed."""
    case = failure.case
    before, after = (
        {key: one for key, one in night.organization.items() if failure.listed is None or one.name != ACCOUNTS}
        for night in (clean, kept)
    )
    hit = {
        key: record
        for key, record in after.items()
        if record.name == case.entry
        and (failure.only == EVERY or failure.is_cut_at_a_page or failure.only in record.parameters.values())
    }
    if case.entry != ASSUME_ROLE or below:
        yield from recorded(case, _first_pages(before) if case.fault.paged else before, hit)
    yield from undisturbed(asked, case, below, before, after)
    for key, record in after.items():
        if (
            record.name == case.entry
            and key not in hit
            and record != before.get(key)
            and record.code != "ParentNotRead"
        ):
            yield f"{key} was disturbed: {record.outcome} {record.code}"
    if case.entry != ASSUME_ROLE:
        yield from skipped(asked, case, below, after)


def _first_pages(records: Records) -> Records:
    """What each record would be if there were nothing but the first page."""

    def first(answer: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value[:PAGE] if isinstance(value, list) else value for name, value in answer.items()}

    return {key: msgspec.structs.replace(one, answer=first(one.answer or {})) for key, one in records.items()}


def chosen(verdicts: Verdicts, kept: Kept) -> Iterator[str]:
    """Who is audited, left out or undecided follows from what was told and from nothing else."""
    entered = {account.id for account in kept.manifest.accounts}
    for id_ in sorted(entered - verdicts.audited):
        yield f"{id_} was audited, and nothing that was read says that the schedule means it"
    for id_ in sorted(verdicts.audited - entered):
        yield f"{id_} was not audited, and everything about it was read"
    left_out = {one.id: one.reason for one in kept.manifest.left_out}
    for id_ in sorted({*left_out, *verdicts.left_out, *verdicts.undecided}):
        due = verdicts.left_out.get(id_, {UNDECIDED} if id_ in verdicts.undecided else set())
        if left_out.get(id_) not in due:
            yield f"{id_} is left out as {left_out.get(id_)}, and the reason is {sorted(due)}"


def said(verdicts: Verdicts, kept: Kept) -> Iterator[str]:
    """Whoever could not be decided is told of, in a finding, as an error and in the result; nobody is if all are known."""
    told = [f for f in kept.findings if f.check == DISCOVERY_CHECK and f.status is Status.FAIL]
    if not verdicts.unsure:
        yield from (f"the accounts are known, and a finding says: {finding.detail}" for finding in told)
        result = "Partial" if kept.summary.unknown else "Findings"
        if kept.summary.result != result:
            yield f"the accounts are known and nothing is wrong with them, and the result is {kept.summary.result}"
        return
    named = {id_ for finding in told for id_ in finding.evidence.get("accounts", ())}
    if named != verdicts.undecided:
        yield f"{sorted(verdicts.undecided)} are undecided, and the findings name {sorted(named)}"
    case = verdicts.told.failure.case
    lost = {case.entry} if verdicts.told.failure.listed is None else {case.entry, ACCOUNTS}
    if not any(finding.discriminator in lost for finding in told):
        yield f"no {DISCOVERY_CHECK} names {case.entry}"
    if not verdicts.told.complete and not any(not finding.evidence.get("accounts") for finding in told):
        yield "nothing says that there may be accounts that nobody heard of"
    result = "Partial" if verdicts.audited else "Error"
    if kept.summary.result != result:
        yield f"somebody may be missing, and the result is {kept.summary.result}"
    if kept.summary.error_count < len(told):
        yield f"the errors say nothing of the discovery: {kept.summary.errors}"
    for finding in told:
        if not any(finding.detail in error for error in kept.manifest.errors):
            yield f"no error says: {finding.detail}"


def audited(verdicts: Verdicts, clean: Kept, kept: Kept) -> Iterator[str]:
    """Whoever is audited is audited whole: every record is what it is without the fault, but for those of the organization."""
    for id_ in sorted(verdicts.audited & kept.accounts.keys()):
        before, after = (
            {key: record for key, record in night.accounts[id_].items() if record.service != "organizations"}
            for night in (clean, kept)
        )
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                yield f"{id_}: {key} was disturbed"
    for account in kept.manifest.accounts:
        if not account.reachable or account.error:
            yield f"{account.id} was not audited to its end: {account.error}"


def judged(verdicts: Verdicts, below: set[str], checks: Mapping[str, Check], clean: Kept, kept: Kept) -> Iterator[str]:
    """Whoever is audited has the same problems; a problem that nobody looked for is carried over, and said to be unknown."""
    before, after = _by_fingerprint(clean), _by_fingerprint(kept)
    for print_, finding in before.items():
        now = after.get(print_)
        blind = bool(needs(checks[finding.check]) & below) or finding.account.id not in verdicts.audited
        if now is None:
            yield f"{_named(finding)} is not spoken of any more"
        elif now.status is not Status.FAIL and not blind:
            yield f"{_named(finding)} became {now.status} ({now.state}): {now.detail}"
        elif now.status is Status.FAIL and _words(now) != _words(finding):
            yield f"{_named(finding)} says something else: {now.detail}"
    for print_, finding in after.items():
        if print_ in before or finding.status is not Status.FAIL or finding.check in {DISCOVERY_CHECK, *WEAKER_TWINS}:
            continue
        if finding.check.startswith(AUDIT_PREFIX) and finding.discriminator in below:
            continue
        if finding.check == _COVERAGE and finding.evidence.get("account") in verdicts.undecided:
            continue
        yield f"{_named(finding)} is a problem only because of the fault: {finding.detail}"
    for finding in kept.findings:
        if finding.status is Status.UNKNOWN and finding.state is None and not needs(checks[finding.check]) & below:
            yield f"{_named(finding)} needs nothing that failed, and is UNKNOWN: {finding.detail}"


def remembered(clean: Kept, kept: Kept) -> Iterator[str]:
    """Nothing is resolved or forgotten, for the fault mended nothing."""
    for finding in kept.findings:
        if finding.state is State.RESOLVED:
            yield f"{_named(finding)} is said to be resolved"
    if kept.summary.resolved:
        yield f"the summary counts {kept.summary.resolved} resolved"
    for print_, was in clean.latest.memory.items():
        now = kept.latest.memory.get(print_)
        if now is None or (now.state, now.first_seen) != (was.state, was.first_seen):
            yield f"{_named(was.finding)} is remembered as {now and now.state}"


def _by_fingerprint(kept: Kept) -> dict[str, Finding]:
    return {finding.fingerprint: finding for finding in kept.findings if finding.state is not None}


def _words(finding: Finding) -> tuple[str, ...]:
    # Why an account is not audited may have several true reasons.
    return finding.severity, *((finding.detail,) if finding.check != _COVERAGE else ())


def _named(finding: Finding) -> str:
    return f"{finding.check} {finding.account.id} {finding.resource.arn} {finding.discriminator}"
