"""Is what was collected what the case says, and does the check say the same of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nightaudit_auditor.checks.registry import Fail, Result
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.snapshot import AccountData, Record
from tests.contract.cases.unsaid import is_redacted
from tests.unit.checks.build import Case, judge


def verdict(case: Case, accounts: tuple[AccountData, ...]) -> tuple[Any, ...]:
    """What the check of a case says of these accounts, in all that a finding is made of but words and evidence."""
    said = judge(case.check, *accounts, settings=case.settings, known=case.known, discovery=case.discovery)
    results = {(r.account, r.region, r.resource.arn, r.judged, r.severity, *_what(r.outcome)) for r in said.results}
    return results, said.unknown, said.gone, said.scopes, said.passed, said.unreachable


def _what(outcome: Result) -> tuple[str, str]:
    if isinstance(outcome, Fail):
        return "fail", outcome.discriminator
    return "unknown", outcome.operation


def differences(catalogue: Catalogue, said: AccountData, collected: AccountData, *, traps: bool) -> Iterator[str]:
    """Each record of a case, of what the catalogue asks for, that was not recorded so.

    With `traps` a case may hold records that are never asked for: only a naive check would read them.
    """
    for operation in said.operations():
        for record in said.records(operation) if operation in catalogue.entries else ():
            found = collected.record(operation, record.region, record.parameters)
            name = f"{operation} in {record.region} of {record.parameters}"
            if found is None:
                if not traps:
                    yield f"{name}: never asked for"
            elif found.outcome is not record.outcome:
                yield f"{name}: {found.outcome} ({found.code}: {found.message}), the case says {record.outcome}"
            elif _same(record) != _same(found):
                yield f"{name}: {_same(found)}, the case says {_same(record)}"


def _same(record: Record) -> Any:
    return _plain(record.answer or {})


def _plain(value: Any) -> Any:
    """Without what is empty, as protocols differ in whether they send it, and without digests."""
    if is_redacted(value):
        return _plain({name: item for name, item in value.items() if name not in {"redacted", "digest", "secrets"}}) | {
            "redacted": True,
            "secrets": [(one["name"], one["detector"]) for one in value.get("secrets", ())],
        }
    if isinstance(value, Mapping):
        items = ((name, _plain(item)) for name, item in value.items())
        return {name: item for name, item in items if item not in (None, [], {}, "")}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
