"""The findings as JSON for the page's script: each check's and account's texts once, long values cut, safe inside HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from nightaudit_auditor.findings.bounds import DETAIL_CHARACTERS, NAME_CHARACTERS, NOTE_CHARACTERS, bounded_tags, clip
from nightaudit_auditor.findings.model import Finding
from nightaudit_auditor.report.model import CheckText, ReportModel

FINGERPRINT_CHARACTERS = 16
_ARN_CHARACTERS = 2048  # AWS's own limit
_NAME = NAME_CHARACTERS + NOTE_CHARACTERS
_DETAIL = DETAIL_CHARACTERS + NOTE_CHARACTERS
_EVIDENCE_CHARACTERS = 8000
_EXCEPTION_DAYS = 90
"""How long the exception that a finding offers to copy lasts: long enough to act, short enough to look again."""

_HTML_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def payload(report: ReportModel) -> Iterator[str]:
    """JSON text in pieces, to be embedded unescaped in a script element of type application/json.

    It is ASCII without `<`, `>` and `&`, so that nothing in it can end the element or start another.
    """
    texts = {text.id: text for text in report.checks}
    checks: dict[str, int] = {}
    accounts: dict[str, int] = {}
    findings = (*report.findings, *report.resolved)
    for finding in findings:
        checks.setdefault(finding.check, len(checks))
        accounts.setdefault(finding.account.id, len(accounts))
    first: dict[str, Finding] = {}
    for finding in findings:  # memory keeps no remediation: prefer a finding of this run
        if finding.check not in first or (finding.remediation and not first[finding.check].remediation):
            first[finding.check] = finding
    names = {finding.account.id: finding.account.name for finding in findings}
    head = {
        "namespace": report.namespace,
        "expiry": _expiry(report.completed),
        "checks": [_check(first[check], texts.get(check)) for check in checks],
        "accounts": [{"id": account, "name": clip(names[account], _NAME)} for account in accounts],
    }
    yield _json(head)[:-1]
    yield ',"findings":['
    for number, finding in enumerate(findings):
        row = _finding(finding, checks[finding.check], accounts[finding.account.id], first[finding.check])
        yield f"{',' if number else ''}\n{_json(row)}"
    yield "]}"


def _check(finding: Finding, text: CheckText | None) -> dict[str, object]:
    return _full({
        "id": finding.check,
        "title": clip(finding.title, _NAME),
        "remediation": clip(finding.remediation, _DETAIL),
        "compliance": list(finding.compliance),
        "description": text.description if text else "",
        "risk": text.risk if text else "",
        "references": list(text.references) if text else [],
    })  # fmt: skip


def _finding(finding: Finding, check: int, account: int, first: Finding) -> dict[str, object]:
    resource = finding.resource
    return {
        "check": check,
        "account": account,
        "severity": finding.severity,
        **_full({
            "id": finding.fingerprint[:FINGERPRINT_CHARACTERS],
            "unknown": finding.status == "UNKNOWN",
            "state": finding.state or "",
            "region": finding.region,
            "arn": clip(resource.arn, _ARN_CHARACTERS),
            "cut": len(resource.arn) > _ARN_CHARACTERS,
            "type": resource.type,
            "name": clip(resource.name, _NAME) if resource.name != resource.arn else "",
            "tags": bounded_tags(resource.tags),
            "title": clip(finding.title, _NAME) if finding.title != first.title else "",
            "detail": clip(finding.detail, _DETAIL),
            "evidence": _evidence(finding.evidence),
            "first": finding.first_seen,
            "last": finding.last_seen,
            "exception": _exception(finding),
        }),
    }  # fmt: skip


def _exception(finding: Finding) -> dict[str, object]:
    exception = finding.exception
    if exception is None:
        return {}
    return _full({
        "name": exception.name,
        "effect": exception.effect,
        "reason": clip(exception.reason, _DETAIL),
        "owner": exception.owner,
        "ticket": exception.ticket,
        "expires": exception.expiry_time,
    })  # fmt: skip


def _evidence(evidence: Mapping[str, object]) -> object:
    if len(json.dumps(evidence, default=str)) <= _EVIDENCE_CHARACTERS:
        return dict(evidence)
    return clip(json.dumps(evidence, default=str, ensure_ascii=False, indent=2), _EVIDENCE_CHARACTERS)


def _full(fields: dict[str, object]) -> dict[str, object]:
    """Without the fields that say nothing: there may be 100,000 rows."""
    return {name: value for name, value in fields.items() if value}


def _expiry(completed: str) -> str:
    return (datetime.fromisoformat(completed) + timedelta(days=_EXCEPTION_DAYS)).strftime("%Y-%m-%dT00:00:00Z")


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str)
    for character, escape in _HTML_ESCAPES.items():
        text = text.replace(character, escape)
    return text
