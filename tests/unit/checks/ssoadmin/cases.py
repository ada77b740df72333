"""What the check of IAM Identity Center finds, must not find, and must admit not to know."""

from __future__ import annotations

import json
from typing import Any

from nightaudit_auditor.snapshot import AccountData, Record
from tests.unit.checks.build import OWN, REGION, SISTER, STRANGER, Case, account, denied, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

CHECK = "SSO_ADMIN_ASSIGNMENT_BROAD"
INSTANCE, SET = "arn:aws:sso:::instance/ssoins-1", "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
BOTH = {"InstanceArn": INSTANCE, "PermissionSetArn": SET}
ADMINISTRATOR = ("AdministratorAccess",)
ALL = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
SOME = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
SETS, INLINE = "sso-admin.list_permission_sets", "sso-admin.get_inline_policy_for_permission_set"
ASSIGNMENTS, ACCOUNTS = "sso-admin.list_account_assignments", "sso-admin.list_accounts_for_provisioned_permission_set"


def instance(owner: str = OWN) -> Record:
    return ok(
        "sso-admin.list_instances",
        REGION,
        {"Instances": [{"InstanceArn": INSTANCE, "OwnerAccountId": owner, "Status": "ACTIVE"}]},
    )


LISTED = ok(SETS, REGION, {"PermissionSets": [SET]}, InstanceArn=INSTANCE)


def policies(*managed: str, inline: str = "") -> tuple[Record, ...]:
    attached = [{"Name": name, "Arn": f"arn:aws:iam::aws:policy/{name}"} for name in managed]
    return (
        ok("sso-admin.list_managed_policies_in_permission_set", REGION, {"AttachedManagedPolicies": attached}, **BOTH),
        ok(INLINE, REGION, {"InlinePolicy": inline}, **BOTH),
    )


def assigned(*kinds: str, to: str = SISTER) -> tuple[Record, ...]:
    found: list[dict[str, Any]] = [
        {"AccountId": to, "PermissionSetArn": SET, "PrincipalType": kind, "PrincipalId": f"p-{n}"}
        for n, kind in enumerate(kinds)
    ]
    return (
        ok(ACCOUNTS, REGION, {"AccountIds": [to]}, **BOTH),
        ok(ASSIGNMENTS, REGION, {"AccountAssignments": found}, **BOTH, AccountId=to),
    )


def member(*records: Record) -> AccountData:
    return account(instance(owner=SISTER), *(records or (denied(SETS, REGION, InstanceArn=INSTANCE),)), id_=STRANGER)


OWNER = account(instance(SISTER), LISTED, *policies(*ADMINISTRATOR), *assigned("USER"), id_=SISTER)
CASES: list[Case] = [
    planted(CHECK, "one user", (instance(), LISTED, *policies(*ADMINISTRATOR), *assigned("GROUP", "USER")), finds=(SISTER,)),
    planted(CHECK, "four groups", (instance(), LISTED, *policies("IAMFullAccess"), *assigned(*["GROUP"] * 4)), finds=(SISTER,)),
    planted(CHECK, "by its inline policy", (instance(), LISTED, *policies(inline=ALL), *assigned("USER")), finds=(SISTER,)),
    planted(CHECK, "the delegated administrator says it, the owner is not audited", (
        member(LISTED, *policies(*ADMINISTRATOR), *assigned("USER")),), finds=(SISTER,)),
    planted(CHECK, "said once, though two can", (OWNER, member(LISTED, *policies(*ADMINISTRATOR), *assigned("USER"))), finds=(SISTER,), whose=(SISTER,)),
    hardened(CHECK, "three groups", (instance(), LISTED, *policies(*ADMINISTRATOR), *assigned(*["GROUP"] * 3))),
    hardened(CHECK, "a user, but no administrator", (instance(), LISTED, *policies("ReadOnlyAccess", inline=SOME), *assigned("USER"))),
    hardened(CHECK, "members see the instance and nothing in it", (member(),)),
    unreadable(CHECK, "denied", denied("sso-admin.list_instances", REGION)),
    unreadable(CHECK, "the own instance's sets are denied", (instance(), denied(SETS, REGION, InstanceArn=INSTANCE))),
    unreadable(CHECK, "the inline policy is denied", (instance(), LISTED, policies()[0], denied(INLINE, REGION, **BOTH))),
    unreadable(CHECK, "the assignments are denied", (instance(), LISTED, *policies(*ADMINISTRATOR), assigned()[0], denied(ASSIGNMENTS, REGION, **BOTH, AccountId=SISTER))),
]  # fmt: skip
