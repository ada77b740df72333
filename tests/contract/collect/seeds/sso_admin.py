"""IAM Identity Center: permission sets, one of which is assigned to an account."""

from __future__ import annotations

from tests.contract.collect.aws import ACCOUNT, client, document


def seed() -> None:
    sso = client("sso-admin")
    instance = sso.list_instances()["Instances"][0]["InstanceArn"]
    made = sso.create_permission_set(Name="admins", InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
    both = {"InstanceArn": instance, "PermissionSetArn": made}
    sso.attach_managed_policy_to_permission_set(**both, ManagedPolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    sso.put_inline_policy_to_permission_set(**both, InlinePolicy=document(Action="*", Resource="*"))
    sso.create_account_assignment(
        **both, TargetId=ACCOUNT, TargetType="AWS_ACCOUNT", PrincipalType="USER", PrincipalId="u-1"
    )
    sso.provision_permission_set(**both, TargetType="AWS_ACCOUNT", TargetId=ACCOUNT)
