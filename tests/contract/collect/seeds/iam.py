"""IAM: users, groups, roles, policies, providers."""

from __future__ import annotations

from tests.contract.collect.aws import client, document

LACKS = (
    "iam.get_service_last_accessed_details",
    "iam.list_organizations_features",
    "iam.list_service_specific_credentials",
)


def seed() -> None:
    iam = client("iam")
    trust = document(
        Principal={"Service": "ec2.amazonaws.com"},
        Action="sts:AssumeRole",
        Condition={"StringLike": {"aws:x": "ü % +"}},
    )
    iam.create_user(UserName="alice", Tags=[{"Key": "team", "Value": "a b"}])
    iam.create_login_profile(UserName="alice", Password="Very-Long-Passw0rd!")
    iam.create_access_key(UserName="alice")
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(GroupName="admins", UserName="alice")
    iam.put_group_policy(GroupName="admins", PolicyName="all", PolicyDocument=document(Action="*", Resource="*"))
    policy = iam.create_policy(PolicyName="read", PolicyDocument=document(Action="s3:Get*", Resource="*"))["Policy"][
        "Arn"
    ]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=document(Action="s3:*", Resource="*"), SetAsDefault=True)
    for number in range(3):
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName="role-0", PolicyArn=policy)
    iam.put_role_policy(
        RoleName="role-1", PolicyName="inline", PolicyDocument=document(NotAction="iam:*", Resource="*")
    )
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="role-0")
    iam.update_account_password_policy(MinimumPasswordLength=14)
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    iam.create_saml_provider(Name="sso", SAMLMetadataDocument="<m>" + "x" * 1024 + "</m>")
    iam.create_account_alias(AccountAlias="acme")
    iam.create_user(UserName="bob")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="bob", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
