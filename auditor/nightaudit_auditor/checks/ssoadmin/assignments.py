"""Permission sets of administrators, and to whom they are assigned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.policy import PolicyText
from nightaudit_auditor.aws.principals import Power, policy_power
from nightaudit_auditor.checks.registry import Context, Fail, Kind, Resource, Result, Scope, Severity, Tier, check
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

_INSTANCES: Final = "sso-admin.list_instances"
_SETS: Final = "sso-admin.list_permission_sets"
_MANAGED: Final = "sso-admin.list_managed_policies_in_permission_set"
_INLINE: Final = "sso-admin.get_inline_policy_for_permission_set"
_ACCOUNTS: Final = "sso-admin.list_accounts_for_provisioned_permission_set"
_ASSIGNMENTS: Final = "sso-admin.list_account_assignments"
_ADMINISTRATORS: Final = ("AdministratorAccess", "IAMFullAccess")
_MOST_GROUPS: Final = 3


def _sets(data: AccountData) -> Iterator[Resource | Unreadable]:
    """Members see the organization's instance, but what is in it is told to the management account and to the delegated
    administrator alone: a refusal elsewhere is normal."""
    for region in data.regions:
        try:
            instances = (data.answer(_INSTANCES, region) or {}).get("Instances", [])
        except Unreadable as problem:
            yield problem
            continue
        for instance in instances:
            arn, owner = str(instance["InstanceArn"]), str(instance.get("OwnerAccountId", ""))
            try:
                listed = (data.answer(_SETS, region, {"InstanceArn": arn}) or {}).get("PermissionSets", [])
            except Gone:
                continue
            except Unreadable as problem:
                if owner in ("", data.account.id):
                    yield problem
                continue
            for permission_set in listed:
                details = {"InstanceArn": arn, "OwnerAccountId": owner}
                name = str(permission_set).rpartition("/")[2]
                yield Resource(str(permission_set), "AWS::SSO::PermissionSet", name, region, data=details)


_SET = Kind("AWS::SSO::PermissionSet", (_INSTANCES, _SETS), _sets, regional=True)


@check(
    "SSO_ADMIN_ASSIGNMENT_BROAD",
    kind=_SET,
    scope=Scope.ORGANIZATION,
    needs=(_MANAGED, _INLINE, _ACCOUNTS, _ASSIGNMENTS),
    title="An administrators' permission set is assigned to a person, or to many groups",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Assignments to persons outlive their work, and nobody can say who is an administrator of the account.",
    remediation=(
        "Assign the permission set to one group and put people into it. Console: IAM Identity Center > AWS accounts > the account. "
        "CLI: aws sso-admin delete-account-assignment --instance-arn ARN --permission-set-arn ARN --principal-type USER "
        "--principal-id ID --target-type AWS_ACCOUNT --target-id ACCOUNT"
    ),
    references=("https://docs.aws.amazon.com/singlesignon/latest/userguide/useraccess.html",),
)
def admin_assignment_broad(resource: Resource, context: Context) -> Iterator[Result]:
    """A permission set that holds AdministratorAccess or IAMFullAccess, or whose inline policy makes an administrator in effect, is
    assigned on some account to a user directly, or to more than 3 groups; one finding an account. Customer-managed policies of
    permission sets live in the accounts, and are judged there. Said by the account that owns the instance, or by its delegated
    administrator where the owner is not audited."""
    data, region = context.data, resource.region
    instance, owner = resource.data["InstanceArn"], resource.data["OwnerAccountId"]
    if owner != data.account.id and _is_read_by(context.accounts.get(owner), region, instance):
        return
    both = {"InstanceArn": instance, "PermissionSetArn": resource.arn}
    if not _is_admin(data, region, both, context):
        return
    for account in (data.answer(_ACCOUNTS, region, both) or {}).get("AccountIds", []):
        answer = data.answer(_ASSIGNMENTS, region, {**both, "AccountId": str(account)}) or {}
        kinds = Counter(str(a.get("PrincipalType")) for a in answer.get("AccountAssignments", []))
        if kinds["USER"] or kinds["GROUP"] > _MOST_GROUPS:
            evidence = {"account": account, "users": kinds["USER"], "groups": kinds["GROUP"]}
            who = f"{kinds['USER']} user(s) and {kinds['GROUP']} group(s)"
            yield Fail(f"{who} are administrators of {account} through {resource.name}", str(account), evidence)


def _is_admin(data: AccountData, region: str, parameters: dict[str, str], context: Context) -> bool:
    """Raises Unreadable, Gone, PolicyError."""
    managed = (data.answer(_MANAGED, region, parameters) or {}).get("AttachedManagedPolicies", [])
    if any(policy.get("Name") in _ADMINISTRATORS for policy in managed):
        return True
    inline = (data.answer(_INLINE, region, parameters) or {}).get("InlinePolicy")
    return bool(inline) and policy_power(PolicyText(inline), context.data.account) is not Power.NONE


def _is_read_by(owner: AccountData | None, region: str, instance: str) -> bool:
    if owner is None:
        return False
    try:
        owner.answer(_SETS, region, {"InstanceArn": instance})
    except (Unreadable, Gone):
        return False
    return True
