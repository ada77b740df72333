"""IAM: what the organization's policies take from everybody of an account, whatever his own policies say."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from demo.aws.seeding.cloud import document
from nightaudit_auditor.snapshot import GLOBAL
from tests.contract.truth.place import Expected, Place

ACCOUNT = facts.SANDBOX
CHECK = "IAM_PRINCIPAL_PRIVESC"


def plant(at: Place) -> None:
    """The unit of the experiments' account may not write policies of users; nobody took the attaching of policies away."""
    organization = at.cloud.client(facts.MANAGEMENT, "organizations", "us-east-1")
    root = organization.list_roots()["Roots"][0]["Id"]
    organization.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    never = {"Effect": "Deny", "Action": "iam:PutUserPolicy", "Resource": "*"}
    made = organization.create_policy(
        Name="no-user-policies", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(never)
    )["Policy"]["PolicySummary"]["Id"]
    unit = organization.list_parents(ChildId=ACCOUNT.id)["Parents"][0]["Id"]
    organization.attach_policy(PolicyId=made, TargetId=unit)
    at.planted.append(_user(at, "attaches", "iam:AttachUserPolicy"))
    at.hardened.append(_user(at, "puts", "iam:PutUserPolicy"))


def _user(at: Place, name: str, action: str) -> Expected:
    iam: Any = at.cloud.client(ACCOUNT, "iam")
    iam.create_user(UserName=name)
    arn = f"arn:aws:iam::{ACCOUNT.id}:user/{name}"
    text = document({"Action": action, "Resource": arn})
    iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=text)
    return Expected(CHECK, ACCOUNT, arn, GLOBAL)
