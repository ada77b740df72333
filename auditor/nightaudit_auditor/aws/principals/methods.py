"""The published ways to gain privileges through IAM, as data: what each takes, and from whom it gains them.

Collected from what AWS's Service Authorization Reference says of each action, after the classes that Rhino Security Labs
(2018), Bishop Fox (2021) and DataDog's pathfinding.cloud describe. Those that lead through a workload are in `services`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """A way to put a policy of an administrator on somebody. `on`: what the action is done to; `of`: whose it must be."""

    action: str
    of: str
    on: str


GRANTS = (
    Grant("iam:AttachUserPolicy", "User", "self"),
    Grant("iam:PutUserPolicy", "User", "self"),
    Grant("iam:AddUserToGroup", "User", "admin group"),
    Grant("iam:AttachGroupPolicy", "User", "group"),
    Grant("iam:PutGroupPolicy", "User", "group"),
    Grant("iam:AttachRolePolicy", "Role", "self"),
    Grant("iam:PutRolePolicy", "Role", "self"),
    Grant("iam:CreatePolicyVersion", "", "policy"),
    Grant("iam:SetDefaultPolicyVersion", "", "policy with a mightier version"),
)
UNBOUND = {
    "User": ("iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"),
    "Role": ("iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary"),
}
"""What takes a boundary off, or swaps it for one that bounds nothing."""


@dataclass(frozen=True)
class Takeover:
    """A way to make the credentials of a user, or the trust of a role, one's own.

    `wants` is what there must be for it: a `password`, `no password`, or `room for a key` (IAM API Reference: UpdateLoginProfile,
    CreateLoginProfile, CreateAccessKey); `clears` is the action that makes it so.
    """

    action: str
    wants: str = ""
    clears: str = ""


TAKEOVERS = {
    "User": (
        Takeover("iam:CreateAccessKey", "room for a key", "iam:DeleteAccessKey"),
        Takeover("iam:CreateLoginProfile", "no password", "iam:DeleteLoginProfile"),
        Takeover("iam:UpdateLoginProfile", "password"),
    ),
    "Role": (Takeover("iam:UpdateAssumeRolePolicy"),),
}
TAKING = tuple(way.action for ways in TAKEOVERS.values() for way in ways)
"""What somebody must be allowed at least to take anybody over."""
CREDENTIALS = frozenset(way.action for ways in TAKEOVERS.values() for way in ways if way.wants)
"""Those of them that hang on what credentials a user has already."""
