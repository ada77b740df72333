"""How an instance hands out the credentials of its role."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.network import NETWORK_OPERATIONS
from nightaudit_auditor.checks.ec2.exposure import doors, instance_reach
from nightaudit_auditor.checks.ec2.kinds import INSTANCE, RUNNING
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check


@check(
    "EC2_IMDSV1_ALLOWED",
    kind=INSTANCE,
    needs=NETWORK_OPERATIONS,
    title="Instance hands out its credentials over IMDSv1",
    severity=Severity.MEDIUM,
    worst=Severity.HIGH,
    tier=Tier.B,
    risk="With version 1 of the metadata service, one forged request through any program on the instance (server-side request "
    "forgery) returns the role's credentials.",
    remediation="Console: EC2 > Instances > the instance > Actions > Instance settings > Modify instance metadata options > IMDSv2 "
    "required. CLI: aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required. First look at the "
    "metric MetadataNoToken: whatever still uses version 1 stops working.",
    compliance=("CIS-AWS-3.0:5.6", "CIS-AWS-4.0.1:5.7", "CIS-AWS-5.0:5.7", "CIS-AWS-6.0:6.7", "CIS-AWS-7.0:6.7"),
    aliases=("EC2_IMDSV2_NOT_ENFORCED",),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",),
)
def imdsv1_allowed(resource: Resource, context: Context) -> Iterator[Result]:
    """A running instance answers metadata requests without a session token.

    High if it has a role and the Internet can connect to it. An instance whose metadata endpoint is off passes.
    """
    instance = resource.data
    if instance["State"]["Name"] not in RUNNING:
        return
    options = instance.get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return
    tokens = options.get("HttpTokens")
    if tokens not in ("optional", "required"):
        yield Unknown(f"MetadataOptions.HttpTokens is {tokens!r}, which is neither optional nor required")
    elif tokens == "optional":
        role = (instance.get("IamInstanceProfile") or {}).get("Arn", "")
        reach = instance_reach(context.data, resource.region, instance)
        public = any(door.open for door in doors(reach, context.settings.known_cidrs))
        where = "reachable from the Internet, " if public else ""
        detail = f"HttpTokens is optional ({where}{f'instance profile {role}' if role else 'without a role'})"
        yield Fail(detail, "", {"instanceProfile": role, "public": public}, Severity.HIGH if public and role else None)
