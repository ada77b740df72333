"""Whether secrets that are to be rotated are."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.checks.secretsmanager.kinds import SECRET, SECRETS
from nightaudit_auditor.checks.times import days_since

_INTERVALS = 2
"""Rotations that may be missed, in intervals: one that failed is tried again."""


@check(
    "SECRET_ROTATION_FAILING",
    kind=SECRET,
    title="A secret's rotation no longer works",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Everybody believes that the secret is short-lived. Who got hold of it once still has it.",
    remediation=(
        "Look into the log of the rotation function, then rotate. Console: Secrets Manager > the secret > Rotation. "
        "CLI: aws secretsmanager rotate-secret --secret-id ARN"
    ),
    compliance=("AWS-FSBP:SecretsManager.2",),
    references=("https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html",),
)
def rotation_failing(resource: Resource, context: Context) -> Iterator[Result]:
    """Rotation is on, and the last one is more than two intervals ago; or there was none yet, and the date of the next has
    passed. Secrets Manager works the interval out from the schedule (AutomaticallyAfterDays)."""
    secret = resource.data
    if not secret.get("RotationEnabled"):
        return
    interval = (secret.get("RotationRules") or {}).get("AutomaticallyAfterDays")
    last = days_since(secret.get("LastRotatedDate"), context.now)
    overdue = days_since(secret.get("NextRotationDate"), context.now)
    evidence = {
        "intervalDays": interval,
        "lastRotated": secret.get("LastRotatedDate") or "",
        "next": secret.get("NextRotationDate") or "",
    }
    if last is not None and interval:
        if last > _INTERVALS * interval:
            yield Fail(
                f"secret {resource.name} was last rotated {int(last)} days ago, not every {interval}", "", evidence
            )
    elif overdue is None:
        yield Unknown("neither an interval nor the date of the next rotation is known", SECRETS)
    elif overdue > 0:
        yield Fail(f"secret {resource.name} was to be rotated {int(overdue)} days ago", "", evidence)
