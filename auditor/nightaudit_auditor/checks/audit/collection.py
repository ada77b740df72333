"""Accounts that could not be reached, calls that failed, checks that broke."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nightaudit_auditor.checks.kinds import ACCOUNT
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, Unread, check
from nightaudit_auditor.snapshot import DeniedBy, Outcome

_CREDENTIAL_CALLS = ("sts.assume_role", "sts.get_caller_identity")
_BECAUSE = {
    Outcome.THROTTLED: "throttled",
    Outcome.ERROR: "failed",
    Outcome.SKIPPED: "not made",
    Outcome.BLOCKED: "blocked by an organization's policy",
}
_POLICIES = {
    DeniedBy.IDENTITY: "the role's own policies",
    DeniedBy.BOUNDARY: "the role's permissions boundary",
    DeniedBy.SESSION: "a session policy",
    DeniedBy.RESOURCE: "the resource's policy",
    DeniedBy.ENDPOINT: "the policy of a VPC endpoint",
    DeniedBy.SCP: "a service control policy",
    DeniedBy.RCP: "a resource control policy",
}
"""Where to look, as far as AWS's message says it."""


@check(
    "AUDIT_ACCOUNT_UNREACHABLE",
    kind=ACCOUNT,
    title="An account could not be audited at all",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Nothing that happens in this account is seen until the auditor can enter it again.",
    remediation=(
        "Check that the role in the schedule's accounts[].roleARN exists in this account, trusts the auditor's principal "
        "and expects the same external id. CLI: aws sts assume-role --role-arn ROLE --role-session-name test"
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html",),
)
def unreachable(resource: Resource, context: Context) -> Iterator[Fail]:
    """No credentials could be had for the account, or they belong to another account or partition."""
    if context.data.reachable:
        return
    failed = [r for call in _CREDENTIAL_CALLS for r in context.data.records(call) if r.outcome is not Outcome.OK]
    reason = next((f"{r.name}: {r.code or r.outcome}" for r in failed), "no credentials")
    message = next((r.message for r in failed if r.message), "")
    yield Fail(f"{resource.name} could not be audited: {reason}", evidence={"reason": reason, "message": message[:300]})


@check(
    "AUDIT_COLLECTION_DENIED",
    kind=ACCOUNT,
    title="The auditor lacks a permission that selected checks need",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="The named checks are UNKNOWN where the call was denied: problems there stay unseen.",
    remediation=(
        "Attach the policy that `nightaudit iam-policy` prints to the role in the audited account, and look for a service "
        "control policy, boundary or resource policy that denies the call."
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",),
)
def denied(_resource: Resource, context: Context) -> Iterator[Fail]:
    """A call that a selected check needs was denied; one finding for each operation."""
    for operation, calls in _by_operation(u for u in context.troubles.unread if u.outcome is Outcome.DENIED):
        yield Fail(
            f"{operation} was denied in {_regions(calls)}{_by(calls)}",
            discriminator=operation,
            evidence=_evidence(operation, calls),
        )


@check(
    "AUDIT_COLLECTION_FAILED",
    kind=ACCOUNT,
    title="A call that selected checks need did not succeed",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="The named checks are UNKNOWN where the call failed: problems there stay unseen.",
    remediation=(
        "Look at the code in the evidence: throttling and deadlines pass with fewer accounts or a longer "
        "runDeadlineSeconds; a region that is blocked on purpose belongs into the schedule's regions.exclude."
    ),
    references=("https://docs.aws.amazon.com/general/latest/gr/api-retries.html",),
)
def failed(_resource: Resource, context: Context) -> Iterator[Fail]:
    """A call was throttled, failed, was blocked by an organization's policy, or was never made; one finding an operation. A
    region that an organization's policy closes to everything is one finding, and nothing more is asked there."""
    for region, message in context.troubles.closed.items():
        yield Fail(f"{region}: {message}", discriminator=region, evidence={"region": region})
    for operation, calls in _by_operation(u for u in context.troubles.unread if u.outcome is not Outcome.DENIED):
        how = " and ".join(sorted({_BECAUSE[call.outcome] for call in calls}))
        yield Fail(
            f"{operation} was {how} in {_regions(calls)}",
            discriminator=operation,
            evidence=_evidence(operation, calls),
        )


@check(
    "AUDIT_CHECK_ERROR",
    kind=ACCOUNT,
    title="A check failed on a resource",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="The resource was not judged by this check; it is UNKNOWN. All other checks and resources were judged.",
    remediation="This is a defect of the auditor or an answer of AWS that it does not know: report it with the evidence.",
    aliases=("EXCEPTION",),
)
def crashed(_resource: Resource, context: Context) -> Iterator[Fail]:
    """A check raised an exception for a resource; that resource is UNKNOWN, all others were judged."""
    for crash in context.troubles.crashes:
        yield Fail(
            f"{crash.check} failed on {crash.resource.name}: {crash.exception}",
            discriminator=crash.check,
            evidence={"check": crash.check, "exception": crash.exception, "message": crash.message},
            resource=crash.resource,
        )


def _by_operation(calls: Iterable[Unread]) -> list[tuple[str, list[Unread]]]:
    grouped: dict[str, list[Unread]] = {}
    for call in calls:
        grouped.setdefault(call.operation, []).append(call)
    return sorted(grouped.items())


def _regions(calls: list[Unread]) -> str:
    regions = sorted({call.region for call in calls})
    return ", ".join(regions) if len(regions) <= 3 else f"{len(regions)} regions"


def _by(calls: list[Unread]) -> str:
    names = sorted({_POLICIES[by] for call in calls for by in call.denied_by if by in _POLICIES})
    return f" by {' and '.join(names)}" if names else ""


def _evidence(operation: str, calls: list[Unread]) -> dict[str, Any]:
    return {
        "operation": operation,
        "regions": sorted({call.region for call in calls}),
        "calls": sum(call.calls for call in calls),
        "codes": sorted({call.code for call in calls if call.code}),
        "checks": sorted({check for call in calls for check in call.checks}),
        "unknown": sorted({check for call in calls for check in call.unknown}),
        **({"deniedBy": denied_by} if (denied_by := sorted({by for call in calls for by in call.denied_by})) else {}),
    }
