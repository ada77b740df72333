"""What must be true of a night with a fault, given the same night without. Each oracle yields what is not true, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from nightaudit_auditor.checks.registry import Check, Fail, Result
from nightaudit_auditor.checks.results import CheckResult, Evaluation, Scope4
from nightaudit_auditor.checks.selection import AUDIT_PREFIX
from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.findings.memory import compare
from nightaudit_auditor.findings.model import State
from nightaudit_auditor.snapshot import NOT_ITS_TURN, Outcome, Record, Unreadable
from tests.fault.cases import Case
from tests.fault.faults import HANG
from tests.fault.night import Night
from tests.fault.world import IDENTITY

Records = Mapping[str, Record]
"""As `records_of` gives them."""

_REGIONS = "ec2.describe_regions"
_PARENT_NOT_READ = "ParentNotRead"
_NOT_ASKED = (_PARENT_NOT_READ, NOT_ITS_TURN)
_GIVEN_UP, _PATIENCE = "OperationUnanswered", 10
"""What calls are told that come after others got no answer, and how many calls, of two attempts each, it takes for that."""
_CENTRAL = ("organizations.", "sso-admin.")
"""Services that refuse member accounts as a rule: a refusal is told only if a check is UNKNOWN because of it."""

WEAKER_TWINS = {
    "EC2_SG_OPEN_ADMIN_PORT": "says that a door is open; that somebody stands behind it is then another check's UNKNOWN",
    "RDS_PUBLIC_FLAG": "says that a database has a public address; that it can be reached is then RDS_PUBLIC's UNKNOWN",
}
"""Checks that step back where a graver one sees a problem: what they say without it is true, whatever could not be read."""


def affected(catalogue: Catalogue, entry: str) -> set[str]:
    """The entry and everything that takes its parameters from it, near or far. Without its identity an account has nothing."""
    if entry == IDENTITY:
        return set(catalogue.entries)
    found = {entry}
    waiting = [entry]
    while waiting:
        for child, _ in catalogue.children.get(waiting.pop(), ()):
            if child.id not in found:
                found.add(child.id)
                waiting.append(child.id)
    return found


def violations(catalogue: Catalogue, case: Case, clean: Night, night: Night) -> list[str]:
    """Everything that is not as it must be, over all oracles."""
    below = affected(catalogue, case.entry) if case.fault.outcome is not Outcome.OK else set()
    return [
        *recorded(case, clean.records, night.records),
        *undisturbed(catalogue, case, below, clean.records, night.records),
        *skipped(catalogue, case, below, night.records),
        *judged(below, clean, night),
        *told(case, night),
        *remembered(clean, night),
    ]


def recorded(case: Case, clean: Records, records: Records) -> Iterator[str]:
    """The operation's own records have the fault's name."""
    own = [r for r in records.values() if r.name == case.entry and r.code not in _NOT_ASKED]
    if not own:
        yield f"{case.entry} was not recorded"
    for record in own:
        named = (
            record.code == case.fault.code or (case.fault is HANG and record.code == _GIVEN_UP and len(own) > _PATIENCE)
            if case.fault.code
            else bool(record.code) == (record.outcome is not Outcome.OK)
        )
        before = clean.get(_where(record))
        if case.fault.outcome is Outcome.OK:
            if record != before:
                yield f"{_where(record)} is not what it is without the fault: {record.outcome} {record.code} {record.message}"
        elif record.outcome is not case.fault.outcome or not named or record.denied_by is not case.fault.denied_by:
            yield f"{_where(record)} was recorded as {record.outcome} ({record.code}): {record.message}"
        elif case.fault.paged and before is not None and not _holds(record.answer, before.answer):
            yield f"{_where(record)} lost what it had before the pages went wrong"


def undisturbed(catalogue: Catalogue, case: Case, below: set[str], clean: Records, records: Records) -> Iterator[str]:
    """Whatever does not depend on the operation is recorded as without the fault, to the byte."""
    batched = {child.id for child, source in catalogue.children.get(case.entry, ()) if source.batch > 1}
    for key in sorted(clean.keys() | records.keys()):
        before, after = clean.get(key), records.get(key)
        name = (before or after).name  # type: ignore[union-attr]
        if name == case.entry or before == after:
            continue
        if case.fault.paged and name in batched and (after is None or after.outcome is Outcome.OK):
            continue  # items that came twice fall into other batches
        if name not in below:
            yield f"{key} was disturbed: {before and before.outcome} became {after and (after.outcome, after.code)}"
        elif after is not None and not (after.outcome is Outcome.SKIPPED and after.code == _PARENT_NOT_READ):
            yield f"{key} depends on the operation and became {after.outcome} ({after.code})"


def skipped(catalogue: Catalogue, case: Case, below: set[str], records: Records) -> Iterator[str]:
    """That something was not asked is itself recorded; what is asked for several operations' sake may be there anyhow."""
    if case.entry == IDENTITY:
        return
    for name in sorted(_only_through(catalogue, case) & below):
        if not any(r.name == name and r.outcome is Outcome.SKIPPED for r in records.values()):
            yield f"{name} depends on {case.entry}, and nothing says that it was not asked"


def _only_through(catalogue: Catalogue, case: Case) -> set[str]:
    """What is asked for the sake of the entry, near or far, and of nothing else, and may be asked less because of the fault."""
    found = {case.entry}
    while more := {
        child.id
        for child in catalogue.entries.values()
        if child.id not in found
        and child.for_each
        and all(source.operation in found | {child.id} for source in child.for_each)
        and not (case.fault.paged and _is_asked_once(child))
    }:
        found |= more
    return found - {case.entry}


def _is_asked_once(child: Entry) -> bool:
    """Whether one item is enough to ask all that there is: then pages that are missing take nothing away."""
    return not any(source.parameters or source.inherit or source.region for source in child.for_each)


def judged(below: set[str], clean: Night, night: Night) -> Iterator[str]:
    """No problem is lost, nothing passes or fails that did not without the fault, other checks say the same."""
    before, after = clean.judgement.evaluation, night.judgement.evaluation
    yield from (f"{check} crashed" for check in _crashed(night))
    if after.unreachable:
        yield from (
            f"{check} passes in an account that was not reached"
            for check in after.passed
            if not check.startswith(AUDIT_PREFIX)
        )
        return
    found = _problems(after)
    blind = {check.id for check in night.judgement.selection.checks if needs(check) & below}
    for key, problem in _problems(before).items():
        if key not in found and not _is_open(problem, after, out_of_scope=after.gone if problem.check in blind else ()):
            yield f"{problem.check} {problem.resource.arn} {key[-1]} was a problem, and now nothing says so"
    for key, problem in found.items():
        if key not in _problems(before) and problem.check not in WEAKER_TWINS:
            yield f"{problem.check} {problem.resource.arn} {key[-1]} is a problem only because of the fault"
    for check, arn in sorted(_passes(night) - _passes(clean)):
        yield f"{check} {arn} passes only because of the fault"
    for check in night.judgement.selection.checks:
        if check.id.startswith(AUDIT_PREFIX) or needs(check) & below:
            continue
        if _of(check, before) != _of(check, after):
            yield f"{check.id} needs nothing that failed, and says something else: {_of(check, after)}"


def told(case: Case, night: Night) -> Iterator[str]:
    """If a check needs the operation, a finding names it."""
    evaluation = night.judgement.evaluation
    if case.fault.outcome is Outcome.OK or case.entry.startswith(_CENTRAL):
        return
    if not any(case.entry in needs(check) for check in night.judgement.selection.checks) and case.entry != IDENTITY:
        return
    check = "AUDIT_COLLECTION_DENIED" if case.fault.outcome is Outcome.DENIED else "AUDIT_COLLECTION_FAILED"
    name = case.entry
    if case.entry == IDENTITY:
        check, name = "AUDIT_ACCOUNT_UNREACHABLE", ""
    told = [r.outcome for r in evaluation.results if r.check == check and isinstance(r.outcome, Fail)]
    if not any(outcome.discriminator == name for outcome in told):
        yield f"no {check} names {case.entry}"


def remembered(clean: Night, night: Night) -> Iterator[str]:
    """The next night's memory calls nothing resolved, and nothing but the fault itself new."""
    now = night.judgement
    time = clean.now
    memory = compare(None, clean.judgement.findings, clean.judgement.judged, time).memory
    compared = compare(memory, now.findings, now.judged, time + timedelta(days=1))
    for finding in compared.resolved:
        yield f"memory calls {finding.check} {finding.resource.arn} {finding.discriminator} resolved"
    for finding in compared.findings:
        if (
            finding.state is State.NEW
            and not finding.check.startswith(AUDIT_PREFIX)
            and finding.check not in WEAKER_TWINS
        ):
            yield f"memory calls {finding.check} {finding.resource.arn} {finding.discriminator} new"


def needs(check: Check) -> set[str]:
    """The operations that a check rests on, by its own word."""
    return {*check.kind.needs, *check.needs, *((_REGIONS,) if check.kind.regional else ())}


def _where(record: Record) -> str:
    return f"{record.name} {record.region} {record.parameters}"


def _holds(answer: Any, before: Any) -> bool:
    """Whether a merged answer has at least as many items as the answer of one page."""
    if isinstance(before, dict):
        return isinstance(answer, dict) and all(_holds(answer.get(name), value) for name, value in before.items())
    return not isinstance(before, list) or (isinstance(answer, list) and len(answer) >= len(before))


def _problems(evaluation: Evaluation) -> dict[tuple[str, ...], CheckResult]:
    return {
        (r.check, r.account, r.region, r.resource.arn, r.outcome.discriminator): r
        for r in evaluation.results
        if isinstance(r.outcome, Fail) and not r.check.startswith(AUDIT_PREFIX)
    }


def _is_open(problem: CheckResult, evaluation: Evaluation, out_of_scope: Iterable[Scope4]) -> bool:
    """Whether the evaluation says of a problem's resource or scope that it could not be judged."""
    unknown = {(check, account, arn) for check, account, _, arn in (*evaluation.unknown, *out_of_scope)}
    places = {(problem.check, problem.account, arn) for arn in (problem.resource.arn, problem.judged)}
    return bool(places & unknown) or (problem.check, problem.account, problem.region) not in evaluation.scopes


def _passes(night: Night) -> set[tuple[str, str]]:
    """(check, ARN) of what was listed and judged without a problem."""
    evaluation = night.judgement.evaluation
    spoken_of = {(r.check, r.judged) for r in evaluation.results}
    spoken_of |= {(check, arn) for check, _, _, arn in (*evaluation.unknown, *evaluation.gone, *evaluation.muted)}
    listed = {
        (check.id, arn)
        for check in night.judgement.selection.checks
        if not check.id.startswith(AUDIT_PREFIX)
        for arn in _listed(check, night)
    }
    return listed - spoken_of


def _listed(check: Check, night: Night) -> Iterator[str]:
    try:
        for item in check.kind.enumerate(night.data):
            if not isinstance(item, Unreadable):
                yield item.arn
    except Unreadable:
        return


def _crashed(night: Night) -> list[str]:
    return [
        r.outcome.detail
        for r in night.judgement.evaluation.results
        if r.check == "AUDIT_CHECK_ERROR" and isinstance(r.outcome, Fail)
    ]


def said(evaluation: Evaluation) -> list[tuple[Any, ...]]:
    """The verdicts of an evaluation. Evidence is left out: it may name what could not be read besides."""

    def bare(outcome: Result) -> Result:
        return msgspec.structs.replace(outcome, resource=None, evidence={}) if isinstance(outcome, Fail) else outcome

    results = evaluation.results
    return [(r.check, r.account, r.region, r.resource.arn, bare(r.outcome), r.severity, r.judged) for r in results]


def _of(check: Check, evaluation: Evaluation) -> tuple[Any, ...]:
    return (
        [result for result in said(evaluation) if result[0] == check.id],
        {scope for scope in evaluation.scopes if scope[0] == check.id},
        evaluation.passed.get(check.id, 0),
    )
