"""Conditions that may be turned over without any case taking notice, and why that is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Excused:
    """A condition by its file below the auditor's package, the function's qualified name and the source as `ast.unparse` writes it.

    `checks` are those whose cases cannot notice; empty for all of them.
    """

    file: str
    function: str
    condition: str
    reason: str
    checks: tuple[str, ...] = ()


_PASSES = "An unreadable case holds nothing that passes, as an administrator's role does. iam/test_escalation.py fails."
_KEPT = "How often the ways are worked out, never what they are: in one run an account's guardrails stay. iam/test_scale.py fails."
_VIEWED = "No check asks it: the views do, and tests/unit/views fails."
_WAYS = ("IAM_PRINCIPAL_PRIVESC", "IAM_PRINCIPAL_PRIVESC_CHAIN", "IAM_PRINCIPAL_PRIVESC_PASSROLE")
EXCUSED: tuple[Excused, ...] = (
    Excused(
        "checks/cloudtrail/buckets.py", "_destinations", "prefix",
        "Where in the bucket a trail writes is asked by CLOUDTRAIL_BUCKET_SHORT_LIFECYCLE alone: all of a public bucket is public.",
        ("CLOUDTRAIL_BUCKET_PUBLIC",),
    ),
    Excused("checks/iam/escalation.py", "_gaps", "step.truth is not Truth.YES", _PASSES, _WAYS),
    Excused("checks/iam/escalation.py", "_gaps", "actions & CREDENTIALS and report_unread(context.data)", _PASSES, _WAYS[1:2]),
    Excused("checks/iam/escalation.py", "_gaps", "actions & CREDENTIALS", _PASSES, _WAYS[:2]),
    Excused("checks/iam/escalation.py", "_gaps", "report_unread(context.data)", _PASSES, _WAYS),
    Excused("checks/iam/rosters.py", "escalation", "known[0].roster.guardrails is not guardrails", _KEPT),
    Excused("checks/endpoints.py", "door_of", "protocol == 'tcp' and known == family", _VIEWED),
    Excused("checks/endpoints.py", "door_of", "protocol == 'tcp'", _VIEWED),
    Excused("checks/endpoints.py", "door_of", "known == family", _VIEWED),
)  # fmt: skip

NEVER_ASKED: dict[str, tuple[str, ...]] = {
    "BEDROCK_AGENTCORE_NO_AUTH": ("the region lacks the service",),
    "CLOUDFRONT_WEAK_TLS": ("no distributions",),
    "CLOUDTRAIL_BUCKET_FOREIGN": ("a copy of a trail that somebody else owns",),
    "CLOUDTRAIL_NO_VALIDATION": ("a copy of the organization's trail is counted at its owner's",),
    "CLOUDTRAIL_STOPPED": ("a copy of the organization's trail is counted at its owner's",),
    "EBS_SNAPSHOT_PUBLIC": ("deleted meanwhile",),
    "EC2_PUBLIC_ADMIN_PORT": (
        "a task without a public address",
        "an interface that is attached to nothing",
        "a load balancer's plain interface",
        "a database's interface",
        "an interface of a service that names itself",
        "the interface of a NAT gateway",
        "an interface through which AWS opens connections itself",
        "the interface of a file system",
    ),
    "EC2_PUBLIC_DATASTORE_PORT": ("a warehouse's interface",),
    "ECS_TASK_ENV_SECRET": ("the cluster vanished",),
    "GLACIER_PUBLIC": ("an account that cannot begin with Glacier",),
    "GUARDDUTY_AUTO_ARCHIVE": ("no filter",),
    "IAM_BEDROCK_API_KEY_LONG_LIVED": ("no Bedrock here",),
    "IAM_POLICY_ADMIN": ("AWS's own is another matter",),
    "KMS_KEY_PENDING_DELETION": ("a key of AWS",),
    "KMS_KEY_PUBLIC": ("a key of AWS",),
    "KMS_ROTATION_OFF": ("gone while the run went on",),
    "RDS_SNAPSHOT_PUBLIC": ("deleted meanwhile",),
    "ROUTE53_DOMAIN_NO_LOCK": ("no domains",),
    "S3_BUCKET_NO_TLS_DENY": ("a bucket of a region that the schedule leaves out",),
    "SSO_ADMIN_ASSIGNMENT_BROAD": ("members see the instance and nothing in it",),
}
"""Hardened cases of which nothing is listed: the check has no verdict to turn over. What a list leaves out is decided by
conditions of its own, which are turned over like all others."""
