"""One way to report foreign accounts: one finding for each, so that a second stranger on a known resource is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nightaudit_auditor.aws.policy import Exposure, Grant
from nightaudit_auditor.aws.trust import Classified, Relation
from nightaudit_auditor.checks.registry import Context, Fail, Result, Unknown


def foreign_results(exposure: Exposure, context: Context, subject: str) -> Iterator[Result]:
    """A Fail for each stranger among the accounts and organizations that a policy lets in, discriminated by its id; an
    Unknown, after all of those, if somebody may be of the own organization. `subject` begins the detail."""
    doubts: list[Classified] = []
    for grants, classify in (
        (exposure.accounts, context.trust.classify),
        (exposure.organizations, context.trust.classify_organization),
    ):
        for who, grant in _sorted(grants):
            verdict = classify(who)
            if verdict.relation is Relation.STRANGER:
                kind = "organization" if who.startswith("o-") else "account"
                evidence = {kind: who, "actions": sorted(grant.actions), "principals": sorted(grant.principals)}
                yield Fail(f"{subject} {kind} {who}, which nobody vouches for", who, evidence)
            elif verdict.relation is Relation.UNKNOWN:
                doubts.append(verdict)
    if doubts:
        yield Unknown("; ".join(doubt.reason for doubt in doubts), doubts[0].operation)


def _sorted(grants: Mapping[str, Grant]) -> list[tuple[str, Grant]]:
    return sorted(grants.items())
