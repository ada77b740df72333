"""Instances on the Internet whose role is worth breaking in for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.network import ACCELERATOR_OPERATIONS, NETWORK_OPERATIONS
from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import WORKLOAD_LISTS, Identity, allows, authorization
from nightaudit_auditor.checks.ec2.exposure import doors, instance_reach
from nightaudit_auditor.checks.ec2.kinds import INSTANCE
from nightaudit_auditor.checks.iam.kinds import REPORT
from nightaudit_auditor.checks.iam.rosters import roster, scp
from nightaudit_auditor.checks.iam.worth import Worth, worth_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_AUTHORIZATION: Final = "iam.get_account_authorization_details"
_EXFILTRATION: Final = (("s3:ListAllMyBuckets", "s3:::*"), ("s3:GetObject", "s3:::no-bucket-is-called-so/object"))


@check(
    "EC2_PUBLIC_PRIVILEGED_ROLE",
    kind=INSTANCE,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS, _AUTHORIZATION, *WORKLOAD_LISTS, REPORT),
    title="Instance on the Internet has a role that controls the account or reads all its buckets",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="One flaw in what the instance serves hands out the role's credentials, and with them the account or its data.",
    remediation="Console: IAM > Roles > the role: replace its policies by what the instance does, or EC2 > Instances > the instance "
    "> Actions > Security > Modify IAM role; and put a load balancer in front. CLI: aws iam detach-role-policy --role-name ROLE "
    "--policy-arn POLICY; aws ec2 replace-iam-instance-profile-association --association-id ID --iam-instance-profile Name=NAME.",
    terraform="""resource "aws_iam_role_policy" "web" {
  role = aws_iam_role.web.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.assets.arn}/*" }]
  })
}""",
    parameters=("expect.knownCIDRs",),
    references=("https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",),
)
def public_privileged_role(resource: Resource, context: Context) -> Iterator[Result]:
    """The Internet can connect to a running instance on some port, and the role of its instance profile is an administrator in
    effect, can become one by the ways of IAM_PRINCIPAL_PRIVESC_CHAIN, or may list all buckets and read objects in any.

    Deny statements, the permissions boundary and the organization's service control policies, where these were read, are
    applied to the role. The path is judged as for EC2_PUBLIC_ADMIN_PORT, for every port.
    """
    profile = (resource.data.get("IamInstanceProfile") or {}).get("Arn", "")
    reach = instance_reach(context.data, resource.region, resource.data)
    found = tuple(doors(reach, context.settings.known_cidrs))
    if not profile or not found:
        return
    roles = [role for role in authorization(context.data).roles if profile in _profiles(role)]
    if not roles:
        yield Unknown(f"IAM lists no role for the instance profile {profile}", _AUTHORIZATION)
    for role in roles:
        worth = _worth(role, context)
        if worth.truth is Truth.NO:
            continue
        if not any(door.open for door in found):
            operation = next((name for name in reach.unread if name.startswith(("ec2.", "globalaccelerator."))), "")
            reason = f"the path from the Internet is not wholly known: {', '.join(reach.unread)}"
            yield Unknown(f"its role {role.name} {worth.told}; {reason}", operation)
        elif worth.truth is Truth.MAYBE:
            yield Unknown(
                f"the Internet can connect to it; whether its role {role.name} {worth.told} cannot be decided"
            )
        else:
            evidence = {"role": role.arn, "instanceProfile": profile, **worth.evidence, "scp": scp(context)}
            yield Fail(f"its role {role.name} {worth.told}, and the Internet can connect to it", "", evidence)


def _profiles(role: Identity) -> frozenset[str]:
    return frozenset(str(profile.get("Arn", "")) for profile in role.raw.get("InstanceProfileList") or [])


def _worth(role: Identity, context: Context) -> Worth:
    """What makes the role worth stealing: control of the account before that of its data."""
    worth = worth_of(role, context)
    known = roster(context)
    asked = _EXFILTRATION, known.guardrails, known.organization
    if worth.truth is not Truth.YES and allows(known.known, role, known.account, *asked):
        return Worth(Truth.YES, "may read every bucket")
    return worth
