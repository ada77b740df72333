"""Users with keys and devices, roles of every sort of trust, policies good and bad."""

from __future__ import annotations

from typing import Any

from bench.account.builder import ACCOUNT, STRANGER, Builder
from demo.aws.seeding.cloud import document, tags

_READ = {"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::reports-*"}
_ADMIN = {"Action": "*", "Resource": "*"}
_ESCALATION = {"Action": ["iam:CreatePolicyVersion", "iam:PassRole", "lambda:CreateFunction"], "Resource": "*"}


def fill(builder: Builder) -> None:
    """Groups, policies, users, roles, the account's password policy and one identity provider."""
    iam, size = builder.client("iam", "us-east-1"), builder.size
    iam.update_account_password_policy(MinimumPasswordLength=8)
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    groups = [f"team-{number:02d}" for number in range(max(1, size.users // 10))]
    for group in groups:
        iam.create_group(GroupName=group)
        iam.attach_group_policy(GroupName=group, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    policies = [_policy(builder, iam, number) for number in range(size.policies)]
    for number in range(size.users):
        _user(builder, iam, f"user-{number:04d}", groups[number % len(groups)])
    for number in range(size.roles):
        _role(builder, iam, f"role-{number:04d}", policies[number % len(policies)])


def _policy(builder: Builder, iam: Any, number: int) -> str:
    statement = builder.dice.choice((_ADMIN, _ESCALATION)) if builder.bad() else _READ
    made = iam.create_policy(PolicyName=f"policy-{number:03d}", PolicyDocument=document(statement))
    return str(made["Policy"]["Arn"])


def _user(builder: Builder, iam: Any, name: str, group: str) -> None:
    iam.create_user(UserName=name, Tags=tags(team=group))
    iam.add_user_to_group(UserName=name, GroupName=group)
    iam.create_login_profile(UserName=name, Password="Correct-Horse-9-Battery")  # noqa: S106 - nobody's
    iam.create_access_key(UserName=name)
    if builder.bad():
        iam.create_access_key(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(_ADMIN))
        return
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "234567"}
    iam.enable_mfa_device(UserName=name, SerialNumber=device, **codes)


def _role(builder: Builder, iam: Any, name: str, policy: str) -> None:
    trust: dict[str, Any] = {"Principal": {"Service": builder.dice.choice(("ec2", "lambda")) + ".amazonaws.com"}}
    if builder.bad():
        trust = {"Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"}}
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document({"Action": "sts:AssumeRole", **trust}),
        Tags=tags(owner="bench"),
    )
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    inline = {"Action": "dynamodb:GetItem", "Resource": f"arn:aws:dynamodb:*:{ACCOUNT.id}:table/*"}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(inline))
