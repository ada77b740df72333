"""IAM Identity Center: to whom administrators' permission sets are assigned.

moto provisions a set to the account that asks for it, whatever target it is given.
"""

from __future__ import annotations

from typing import Any

from demo.aws.seeding.cloud import document
from tests.contract.truth.place import Place

CHECK = "SSO_ADMIN_ASSIGNMENT_BROAD"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def plant(at: Place) -> None:
    """Sets of administrators for a user and for four groups; for three groups; and of readers for whomever."""
    sso = at.client("sso-admin")
    instance = sso.list_instances()["Instances"][0]["InstanceArn"]
    everything = document({"Action": "*", "Resource": "*"})
    nothing = document({"Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"})
    at.finds(
        CHECK,
        _set(at, sso, instance, "admin-user", {"USER": 1}, managed=ADMIN),
        _set(at, sso, instance, "admin-groups", {"GROUP": 4}, inline=everything),
    )
    at.passes(
        CHECK,
        _set(at, sso, instance, "admin-few", {"GROUP": 3}, managed=ADMIN),
        _set(at, sso, instance, "reader-user", {"USER": 2}, managed="arn:aws:iam::aws:policy/ReadOnlyAccess"),
        _set(at, sso, instance, "denied-user", {"USER": 1}, inline=nothing),
    )


def _set(
    at: Place, sso: Any, instance: str, name: str, who: dict[str, int], managed: str = "", inline: str = ""
) -> str:
    made = sso.create_permission_set(Name=name, InstanceArn=instance)["PermissionSet"]["PermissionSetArn"]
    both = {"InstanceArn": instance, "PermissionSetArn": made}
    if managed:
        sso.attach_managed_policy_to_permission_set(**both, ManagedPolicyArn=managed)
    if inline:
        sso.put_inline_policy_to_permission_set(**both, InlinePolicy=inline)
    for kind, count in who.items():
        for number in range(count):
            sso.create_account_assignment(
                **both, TargetId=at.problems.id, TargetType="AWS_ACCOUNT", PrincipalType=kind, PrincipalId=f"{kind}-{number}"
            )  # fmt: skip
    sso.provision_permission_set(**both, TargetType="AWS_ACCOUNT", TargetId=at.problems.id)
    return str(made)
