"""IAM: what policies say, and who carries them."""

from __future__ import annotations

from typing import Any

from demo.aws.seeding import iam as seeding
from demo.aws.seeding.cloud import document
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Place

AWS = "arn:aws:iam::aws:policy"
ALL = {"Action": "*", "Resource": "*"}
NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
ENROL = ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken"]
STRONG = {
    "MinimumPasswordLength": 14, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True, "PasswordReusePrevention": 24,
}  # fmt: skip

LACKS = {
    "IAM_ROOT_VIRTUAL_MFA": "moto's virtual MFA devices are given to users, and it knows no root user",
    "IAM_POLICY_MANAGED_UNINTENDED_ADMIN": "moto's copy of AWS's policies holds none that says more than its name",
    "IAM_BEDROCK_API_KEY_LONG_LIVED": "iam.CreateServiceSpecificCredential makes the keys of Bedrock",
}


def plant(at: Place) -> None:
    """Each problem has its twin beside it, but for the password policy, of which an account has one."""
    _passwords(at)
    _users(at)
    _names(at)
    _documents(at)


def arn(at: Place, name: str, *, twin: bool = False) -> str:
    """Of `user/x`, `policy/x` …, in the problems' account or in the twins'."""
    return f"arn:aws:iam::{(at.twins if twin else at.problems).id}:{name}"


def user(at: Place, name: str, *statements: dict[str, Any], groups: tuple[str, ...] = ()) -> str:
    """A user with an inline policy of these statements, if there are any; its ARN."""
    iam = at.client("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document(*statements))
    for group in groups:
        iam.add_user_to_group(GroupName=group, UserName=name)
    return arn(at, f"user/{name}")


def _passwords(at: Place) -> None:
    at.client("iam").update_account_password_policy(**STRONG | {"PasswordReusePrevention": 23})
    at.client("iam", twin=True).update_account_password_policy(**STRONG)
    check = "IAM_PASSWORD_POLICY_WEAK"
    at.finds(check, arn(at, "root"), region=GLOBAL)
    at.passes(check, arn(at, "root", twin=True), region=GLOBAL, twin_account=True)


def _users(at: Place) -> None:
    """Policies that a user has by a group are the group's; AWS's quarantine is not the owner's doing."""
    iam = at.client("iam")
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn=f"{AWS}/ReadOnlyAccess")
    inline = user(at, "with-inline", {"Action": "logs:GetLogEvents", "Resource": "*"})
    attached = user(at, "with-attached")
    iam.attach_user_policy(UserName="with-attached", PolicyArn=f"{AWS}/AmazonSSMReadOnlyAccess")
    grouped = user(at, "by-group", groups=("readers",))
    quarantined = user(at, "quarantined")
    iam.attach_user_policy(UserName="quarantined", PolicyArn=f"{AWS}/AWSCompromisedKeyQuarantineV2")
    at.finds("IAM_USER_DIRECT_POLICY", inline, attached, region=GLOBAL)
    at.passes("IAM_USER_DIRECT_POLICY", grouped, quarantined, region=GLOBAL)


def _names(at: Place) -> None:
    iam = at.client("iam")
    for group in ("operators", "TeamADMINS"):
        iam.create_group(GroupName=group)
        iam.put_group_policy(GroupName=group, PolicyName="all", PolicyDocument=document(ALL))
    check = "IAM_ADMIN_NAME_HIDDEN"
    member = user(at, "gina", groups=("operators",))
    bounded = user(at, "denied", ALL, {**ALL, "Effect": "Deny"})
    at.finds(check, arn(at, "group/operators"), member, region=GLOBAL)
    at.passes(check, arn(at, "group/TeamADMINS"), arn(at, "group/readers"), bounded, region=GLOBAL)


def _documents(at: Place) -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    device = {"Action": ["iam:DeactivateMFADevice", "iam:EnableMFADevice"], "Resource": own}
    deny = {"Effect": "Deny", "Resource": "*", "Condition": NO_MFA}
    removable = _carried(at, "mfa-removable", document(device, {**deny, "NotAction": "iam:*"}))
    keys_too = _carried(
        at, "mfa-sessions-only",
        document(device, {**deny, "NotAction": ENROL, "Condition": {"Bool": NO_MFA["BoolIfExists"]}}),
    )  # fmt: skip
    example = _carried(at, "mfa-as-documented", document(device, {**deny, "NotAction": ENROL}))
    elsewhere = _carried(at, "mfa-not-asked-for", document(device))
    at.finds("IAM_POLICY_BAD_MFA", removable, keys_too, region=GLOBAL)
    at.passes("IAM_POLICY_BAD_MFA", example, elsewhere, region=GLOBAL)
    home = {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::homes/${aws:username}/*"}
    empty = _attached(at, "home-from-nowhere", document({**home, "Condition": {"IpAddress": {"aws:SourceIp": []}}}))
    filled = _attached(
        at, "home-from-office", document({**home, "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}})
    )
    at.finds("IAM_POLICY_LINT", empty, region=GLOBAL)
    at.passes("IAM_POLICY_LINT", filled, example, region=GLOBAL)


def _carried(at: Place, name: str, text: str) -> str:
    """A managed policy that a user carries, who can have an MFA device."""
    iam = at.client("iam")
    made = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
    user(at, f"{name}-user")
    iam.attach_user_policy(UserName=f"{name}-user", PolicyArn=made)
    return str(made)


def _attached(at: Place, name: str, text: str) -> str:
    """A managed policy that a role of the same name carries."""
    made = at.client("iam").create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
    seeding.role(at.cloud, at.problems, name, seeding.service("config"), made)
    return str(made)
