"""Instances on the Internet whose role is worth breaking in for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.network import ACCELERATOR_OPERATIONS, NETWORK_OPERATIONS
from nightaudit_auditor.aws.principals import Identity, Power, allows, authorization, effective_power
from nightaudit_auditor.checks.ec2.exposure import doors, instance_reach, undecided
from nightaudit_auditor.checks.ec2.kinds import INSTANCE
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_AUTHORIZATION: Final = "iam.get_account_authorization_details"
_EXFILTRATION: Final = (("s3:ListAllMyBuckets", "s3:::*"), ("s3:GetObject", "s3:::no-bucket-is-called-so/object"))


@check(
    "EC2_PUBLIC_PRIVILEGED_ROLE",
    kind=INSTANCE,
    needs=(*NETWORK_OPERATIONS, *ACCELERATOR_OPERATIONS, _AUTHORIZATION),
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
    effect, or may list all buckets and read objects in any.

    Deny statements and the permissions boundary are applied to the role. The path is judged as for EC2_PUBLIC_ADMIN_PORT,
    for every port.
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
        power = _power(role, context)
        if power and any(door.open for door in found):
            evidence = {"role": role.arn, "instanceProfile": profile}
            yield Fail(f"its role {role.name} {power}, and the Internet can connect to it", "", evidence)
        elif power:
            path = undecided(reach)
            yield Unknown(f"its role {role.name} {power}; {path.reason}", path.operation)


def _profiles(role: Identity) -> frozenset[str]:
    return frozenset(str(profile.get("Arn", "")) for profile in role.raw.get("InstanceProfileList") or [])


def _power(role: Identity, context: Context) -> str:
    """What makes the role worth stealing, as a predicate; empty if nothing does."""
    known, account = authorization(context.data), context.data.account
    if effective_power(known, role, account) is not Power.NONE:
        return "is an administrator in effect"
    return "may read every bucket" if allows(known, role, account, _EXFILTRATION) else ""
