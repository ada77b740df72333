"""Users: policies of their own, and keys that AWS has found leaked."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.iam.kinds import USER, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_QUARANTINE = "AWSCompromisedKeyQuarantine"


def _quarantines(arn: str) -> bool:
    """True for AWS's own policies, not for one of the account's that is called so."""
    return ":iam::aws:policy/" in arn and arn.rpartition("/")[2].startswith(_QUARANTINE)


@check(
    "IAM_USER_KEY_QUARANTINED",
    kind=USER,
    title="AWS has quarantined a user whose access key is public",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="The key was found in a public place. The quarantine stops only some of what a thief would do with it.",
    remediation=(
        "Deactivate and delete the user's keys, look through CloudTrail for what they did, then detach the quarantine policy. "
        "CLI: aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive"
    ),
    terraform="""resource "aws_iam_access_key" "leaked" {
  user   = aws_iam_user.app.name
  status = "Inactive" # then remove the resource, which deletes the key
}""",
    references=("https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html",),
)
def key_quarantined(resource: Resource, context: Context) -> Iterator[Fail]:
    """One of AWS's AWSCompromisedKeyQuarantine policies is attached to the user."""
    attached = find(context.data, resource).attached
    found = [arn for arn in attached if _quarantines(arn)]
    if found:
        yield Fail(
            f"AWS attached {found[0].rpartition('/')[2]} to {resource.name}: a key is public",
            evidence={"policies": found},
        )


@check(
    "IAM_USER_DIRECT_POLICY",
    kind=USER,
    title="A user has policies of its own instead of a group's",
    severity=Severity.LOW,
    tier=Tier.C,
    risk="Rights that hang on single users are forgotten when people change their work.",
    remediation=(
        "Move the policies to a group and put the user into it. CLI: aws iam detach-user-policy --user-name USER --policy-arn ARN"
    ),
    compliance=("CIS-AWS-3.0:1.15", "CIS-AWS-4.0:1.15", "CIS-AWS-5.0:1.14", "CIS-AWS-6.0:2.14", "CIS-AWS-7.0:2.13"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html",),
)
def direct_policy(resource: Resource, context: Context) -> Iterator[Fail]:
    """A managed policy is attached to the user, or it has an inline policy. AWS's own quarantine does not count."""
    user = find(context.data, resource)
    attached = [arn for arn in user.attached if not _quarantines(arn)]
    inline = [policy.name for policy in user.inline]
    if attached or inline:
        yield Fail(
            f"{resource.name} has {len(attached)} attached and {len(inline)} inline policies",
            evidence={"attached": attached, "inline": inline},
        )
