"""Who can make a new administrator and be it: by a role that trusts its maker, or by a user with credentials."""

from __future__ import annotations

from typing import Any

from tests.unit.checks.build import OWN, Case
from tests.unit.checks.iam.build import allow, deny, group, managed, role, trusting
from tests.unit.checks.iam.escalation_cases import (
    ALL,
    BOUND,
    BOUNDARY,
    EXPECTED,
    MFA,
    OURS,
    PRIVESC,
    Accounts,
    ann,
    within,
    worker,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

ROLE, USER = ["iam:CreateRole", "iam:PutRolePolicy"], ["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateAccessKey"]
APPS = f"arn:aws:iam::{OWN}:role/app-*"
NEW_USERS = f"arn:aws:iam::{OWN}:user/new-*"


def _carrying(boundary: str) -> dict[str, Any]:
    return {"Condition": {"StringEquals": {"iam:PermissionsBoundary": boundary}}}


UNBOUNDED_IS_DENIED = deny("iam:CreateRole", Condition={"StringNotEquals": {"iam:PermissionsBoundary": OURS}})
OF_A_TEAM = {"Condition": {"StringEquals": {"iam:ResourceTag/team": "x"}}}
MADE: dict[str, Accounts] = {
    "a role, and AttachRolePolicy": within(ann(allow(["iam:CreateRole", "iam:AttachRolePolicy"]))),
    "a role of the names that are allowed": within(ann(allow("iam:CreateRole", APPS), allow("iam:PutRolePolicy", "arn:aws:iam::*:role/app-*"))),
    "a role of another name than the one that is there": within(role(name="app-nightaudit"), ann(allow("iam:CreateRole", APPS), allow("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/app-new"))),
    "a role, where there are some of the first names": within(role(name="nightaudit"), role(name="another-nightaudit"), ann(allow(ROLE))),
    "a role that must carry some boundary, as which AdministratorAccess will do": within(
        ann(allow("iam:CreateRole", Condition={"Null": {"iam:PermissionsBoundary": "false"}}), allow("iam:PutRolePolicy"))),
    "a role that must carry a boundary by its own, which can be taken off": within(
        ann(allow([*ROLE, "iam:DeleteRolePermissionsBoundary"]), **BOUND), managed(OURS, allow("s3:*")),
        managed(BOUNDARY, allow(["iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"]), allow("iam:CreateRole", **_carrying(OURS)))),
    "a role, with MFA": within(ann(allow(ROLE, Condition=MFA))),
    "a role, made by a role": within(worker(allow(ROLE, APPS))),
    "a role, made by a role whose boundary does not say that it may assume any": within(worker(allow(ROLE, APPS), **BOUND), managed(BOUNDARY, allow(ROLE, APPS))),
    "a role that must carry a boundary which bounds nothing of use": within(ann(allow(ROLE, **_carrying(OURS))), managed(OURS, allow(), deny("s3:*"))),
    "a role that must carry a boundary, which can be taken off": within(
        ann(allow(ROLE, **_carrying(OURS)), allow("iam:DeleteRolePermissionsBoundary")), managed(OURS, allow("s3:*"))),
    "a role that must carry one of several boundaries, of which one bounds nothing": within(
        ann(allow(ROLE, Condition={"ArnLike": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/*"}})), managed(OURS, allow()), managed(BOUNDARY, allow("s3:*"))),
    "a role of its team, and it may choose the tags": within(ann(allow(["iam:CreateRole", "iam:TagRole"]), allow("iam:PutRolePolicy", **OF_A_TEAM))),
    "a user, and AttachUserPolicy, and a key": within(ann(allow(["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"], NEW_USERS))),
    "a user, and PutUserPolicy, and a password": within(ann(allow(["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"], NEW_USERS))),
    "a user among the administrators": within(worker(allow(["iam:CreateUser", "iam:AddUserToGroup", "iam:CreateAccessKey"])), group("admins", **ALL)),
}  # fmt: skip
UNMADE: dict[str, Accounts] = {
    "a role without a policy": within(ann(allow("iam:CreateRole"))),
    "a policy without a role": within(ann(allow("iam:PutRolePolicy"))),
    "a role of one name, and policies of roles of another": within(ann(allow("iam:CreateRole", APPS), allow("iam:PutRolePolicy", f"arn:aws:iam::{OWN}:role/svc-*"))),
    "a role whose only name is taken": within(role(), ann(allow(ROLE, f"arn:aws:iam::{OWN}:role/worker"))),
    "a role of a service": within(ann(allow(ROLE, f"arn:aws:iam::{OWN}:role/aws-service-role/*"))),
    "a role with harmless policies": within(ann(allow("iam:CreateRole"), allow("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": OURS}})), managed(OURS, allow("s3:*"))),
    "a role, but it may assume none": within(ann(allow(ROLE), deny("sts:AssumeRole"))),
    "a role, but its boundary denies to assume any": within(ann(allow(ROLE), **BOUND), managed(BOUNDARY, allow(), deny("sts:*"))),
    "a role, but its boundary allows none": within(ann(allow(ROLE), **BOUND), managed(BOUNDARY, allow("s3:*"))),
    "a role that must carry a boundary": within(ann(allow(ROLE, **_carrying(OURS))), managed(OURS, allow("s3:*"))),
    "a role that must carry a boundary, else it is denied": within(ann(allow(ROLE), UNBOUNDED_IS_DENIED), managed(OURS, allow("s3:*"))),
    "a role that must carry one of several boundaries": within(
        ann(allow(ROLE, Condition={"ArnLike": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/*"}})), managed(OURS, allow("ec2:*")), managed(BOUNDARY, allow("s3:*"))),
    "a role of its team, and it may choose no tags": within(ann(allow("iam:CreateRole"), allow("iam:PutRolePolicy", **OF_A_TEAM))),
    "a user without credentials": within(ann(allow(["iam:CreateUser", "iam:PutUserPolicy"], NEW_USERS))),
    "a user without a policy": within(ann(allow(["iam:CreateUser", "iam:CreateAccessKey"], NEW_USERS))),
    "a user, and credentials of others": within(ann(allow(USER[:2], NEW_USERS), allow(USER[2:], f"arn:aws:iam::{OWN}:user/ann"))),
    "a user of a group that is of no administrators": within(ann(allow(["iam:CreateUser", "iam:AddUserToGroup", "iam:CreateAccessKey"], NEW_USERS)), group()),
    "another's role that trusts somebody else": within(role(trusting({"AWS": f"arn:aws:iam::{OWN}:user/bob"})), ann(allow("iam:PutRolePolicy"))),
}  # fmt: skip
CASES: list[Case] = [
    *(planted(PRIVESC, f"made: {why}", world) for why, world in MADE.items()),
    *(hardened(PRIVESC, f"not made: {why}", world, settings=EXPECTED) for why, world in UNMADE.items()),
    unreadable(PRIVESC, "made: a role that must carry a boundary, which was not read", within(ann(allow(ROLE, **_carrying(OURS))))),
    unreadable(PRIVESC, "made: a role, on a condition that nobody can decide", within(ann(allow(ROLE, Condition={"StringEquals": {"iam:Novelty": "x"}})))),
    unreadable(PRIVESC, "made: a user, on a condition that nobody can decide", within(ann(allow(USER, NEW_USERS, Condition={"StringEquals": {"iam:Novelty": "x"}})))),
]  # fmt: skip
