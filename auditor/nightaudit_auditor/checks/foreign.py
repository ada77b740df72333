"""One way to report foreign accounts: one finding for each, so that a second stranger on a known resource is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.aws.trust import Classified, Relation
from nightaudit_auditor.checks.registry import Context, Fail, Result, Unknown

Named = tuple[str, str, Mapping[str, Any]]
"""(`account` or `organization`, its id, evidence)."""

TRUST = ("organizations.describe_organization", "organizations.list_accounts")
"""What a check needs that asks whether an account is a stranger's."""

TRUSTED = ("trust.accounts", "trust.organizationalUnits")
"""The fields of a schedule that vouch for accounts (its own accounts aside)."""

VOUCHED_FOR = (*TRUSTED, "trust.knownVendors")
"""Likewise for those whom the auditor's table of vendors may vouch for, too."""


def foreign_results(exposure: Exposure, context: Context, subject: str) -> Iterator[Result]:
    """A Fail for each stranger among the accounts and organizations that a policy lets in, themselves or by a service that acts
    for them, discriminated by its id; an
    Unknown, after all of those, if somebody may be of the own organization. `subject` begins the detail."""
    named = [
        *(("account", who, _evidence(grant)) for who, grant in sorted(exposure.reached.items())),
        *(("organization", who, _evidence(grant)) for who, grant in sorted(exposure.organizations.items())),
    ]
    return _results(named, context, subject)


def stranger_results(accounts: Mapping[str, Mapping[str, Any]], context: Context, subject: str) -> Iterator[Result]:
    """Likewise for accounts that something else than a policy names, by id with the evidence of each."""
    return _results([("account", who, evidence) for who, evidence in sorted(accounts.items())], context, subject)


def _results(named: Iterable[Named], context: Context, subject: str) -> Iterator[Result]:
    doubts: list[Classified] = []
    classify: dict[str, Callable[[str], Classified]] = {
        "account": context.trust.classify,
        "organization": context.trust.classify_organization,
    }
    for kind, who, evidence in named:
        verdict = classify[kind](who)
        if verdict.relation is Relation.STRANGER:
            yield Fail(f"{subject} {kind} {who}, which nobody vouches for", who, {kind: who, **evidence})
        elif verdict.relation is Relation.UNKNOWN:
            doubts.append(verdict)
    if doubts:
        yield Unknown("; ".join(doubt.reason for doubt in doubts), doubts[0].operation)


def _evidence(grant: Grant) -> dict[str, Any]:
    return {"actions": sorted(grant.actions), "principals": sorted(grant.principals)}
