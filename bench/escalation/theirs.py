"""What principalmapper asks, and what not, as changes of an account after which the auditor says what principalmapper says.

Each is read from the source of principalmapper 1.1.5; the module that it is found in stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.escalation.accounts import Account, Statement
from bench.escalation.details import (
    Details,
    Entry,
    changed,
    give,
    listed,
    make_administrator,
    only,
    with_answers,
)
from bench.escalation.ours import DETAILS
from bench.escalation.ways import WAYS
from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import Identity, Permissions, Roster
from nightaudit_auditor.aws.principals.steps import Steps
from nightaudit_auditor.snapshot import AccountData, Record

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

ON_STAR = (
    "autoscaling:CreateAutoScalingGroup", "autoscaling:CreateLaunchConfiguration", "cloudformation:CreateStack",
    "codebuild:CreateProject", "ec2:RunInstances", "lambda:CreateFunction", "sagemaker:CreateNotebookInstance",
    "sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob", "ssm:SendCommand", "ssm:StartSession",
)  # fmt: skip
"""Actions that it asks about on the resource `*` (graphing/*_edges.py)."""

ASKED = frozenset({
    *ON_STAR, "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:UpdateStack",
    "codebuild:StartBuild", "codebuild:StartBuildBatch", "codebuild:UpdateProject", "iam:AttachGroupPolicy", "iam:AttachRolePolicy",
    "iam:AttachUserPolicy", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreatePolicyVersion", "iam:CreateRole",
    "iam:CreateServiceLinkedRole", "iam:PassRole", "iam:PutGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile", "lambda:UpdateFunctionCode", "sts:AssumeRole",
})  # fmt: skip
"""Actions that by themselves or with one of its own make an edge (graphing), or an administrator (graphing/gathering.py)."""

NOT_ASKED_WITH = frozenset({"lambda:InvokeFunction", "sagemaker:CreatePresignedNotebookInstanceUrl"})
"""Second actions of a way that it takes for granted (graphing/lambda_edges.py, sagemaker_edges.py)."""

_KEYS = ("aws:currenttime", "aws:epochtime", "aws:userid", "aws:username", "aws:securetransport", "aws:principalaccount",
         "aws:principalarn", "aws:principaltag/", "iam:passedtoservice", "iam:policyarn", "ec2:instanceprofile",
         "cloudformation:rolearn")  # fmt: skip
"""Condition keys that it gives a value (querying/query_interface.py); of users also those of MFA."""

_GRANTS = {
    "iam:AttachUserPolicy": "user", "iam:PutUserPolicy": "user", "iam:AttachRolePolicy": "role", "iam:PutRolePolicy": "role",
    "iam:AttachGroupPolicy": "group", "iam:PutGroupPolicy": "group", "iam:CreatePolicyVersion": "policy",
}  # fmt: skip


def without_boundaries_of_roles(data: AccountData, _: Account) -> AccountData:
    """graphing/gathering.py: a role's node is made without its boundary."""

    def change(details: Details) -> None:
        for role in details.roles:
            role.pop("PermissionsBoundary", None)

    return changed(data, change)


def with_its_condition_keys(data: AccountData, _: Account) -> AccountData:
    """querying/local_policy_simulation.py: a condition on a key without a value is not met, but for IfExists and StringNotEquals."""

    def change(details: Details) -> None:
        for principal in details.principals:
            own = (*_KEYS, "aws:multifactorauth") if "UserName" in principal else _KEYS
            for document in details.documents(principal):
                only(document, partial(_can_be_met, keys=own))
                for statement in document["Statement"]:
                    _settle(statement, own)

    return changed(data, change)


def without_conditional_trust(data: AccountData, _: Account) -> AccountData:
    """graphing/*_edges.py: a trust policy is asked with no condition key at all, also that of a role as which something runs."""
    closed: list[str] = []

    def change(details: Details) -> None:
        for role in details.roles:
            trust = role["AssumeRolePolicyDocument"]
            before = len(trust["Statement"])
            only(trust, partial(_can_be_met, keys=()))
            if len(trust["Statement"]) < before:
                closed.extend((role["Arn"], _profile(role)))

    def answer(record: Record) -> dict[str, Any] | None:
        if record.name == DETAILS:
            return record.answer
        text = json.dumps(record.answer)
        for arn in closed:
            text = text.replace(f'"{arn}"', f'"{arn}-closed"')
        return json.loads(text)  # type: ignore[no-any-return]

    return with_answers(changed(data, change), answer)


def asked_about_everything(data: AccountData, _: Account) -> AccountData:
    """graphing/*_edges.py: whoever may do these on `*` may do them, whatever is denied on a narrower resource; nobody else may."""

    def widen(details: Details) -> None:
        for principal in details.principals:
            for document in details.documents(principal):
                only(document, lambda statement: not _narrow_deny(statement))

    data = changed(data, widen)
    roster = Roster(data)

    def change(details: Details) -> None:
        for principal, who in _with_permissions(details, roster):
            for statement in _split([action for action in ON_STAR if who.may(action, "*") is Truth.YES]):
                give(principal, statement)

    return changed(data, change)


def without_what_it_never_asks(data: AccountData, account: Account) -> AccountData:
    """graphing: the actions of which it knows nothing; of change sets it knows only for stacks that are there."""
    unknown = {action for way in WAYS for action, _ in way.grants} - ASKED - NOT_ASKED_WITH
    # It asks for these two with others only (graphing/lambda_edges.py, ec2_edges.py), and those others are enough.
    stacks = [
        f"arn:aws:cloudformation:*:{account.id}:stack/{w.name}/*"
        for w in account.workloads
        if w.kind == "cloudformation"
    ]
    new = {"NotResource": stacks} if stacks else {}
    statements = ({"Action": sorted(unknown)}, {"Action": "cloudformation:CreateChangeSet", **new})

    def change(details: Details) -> None:
        for principal in details.principals:
            for statement in statements:
                give(principal, {"Effect": "Deny", **statement})

    return changed(data, change)


def with_second_actions(data: AccountData, _: Account) -> AccountData:
    """graphing/lambda_edges.py, sagemaker_edges.py: who may make it is taken to be able to run it."""

    def change(details: Details) -> None:
        for principal in details.principals:
            for document in details.documents(principal):
                only(document, lambda statement: not _denies_only(statement, NOT_ASKED_WITH))
            give(principal, {"Action": sorted(NOT_ASKED_WITH)})

    return changed(data, change)


def with_profiles(data: AccountData, _: Account) -> AccountData:
    """graphing/ec2_edges.py asks whether the role's list of profiles is None; it is an empty list."""

    def change(details: Details) -> None:
        for role in details.roles:
            role["InstanceProfileList"] = role.get("InstanceProfileList") or [{"Arn": _profile(role), "Roles": []}]

    return changed(data, change)


def with_instances(data: AccountData, _: Account) -> AccountData:
    """graphing/ssm_edges.py: an instance is taken to run with each role that EC2 may use, and to listen to Systems Manager."""
    data = with_profiles(data, _)
    roles = Details(data).roles
    found = [
        {"InstanceId": f"i-{number:017x}", "State": {"Name": "running"}, "IamInstanceProfile": {"Arn": profile["Arn"]}}
        for number, role in enumerate(roles)
        for profile in role.get("InstanceProfileList", [])[:1]
    ]

    def answer(record: Record) -> dict[str, Any] | None:
        if record.name != "ec2.describe_instances":
            return record.answer
        return {"Reservations": [*(record.answer or {}).get("Reservations", []), {"Instances": found}]}

    return with_answers(data, answer)


def changing_only_itself(data: AccountData, account: Account) -> AccountData:
    """graphing/gathering.py: whom somebody may change matters only if it is himself, his groups and his policies."""

    def change(details: Details) -> None:
        for principal in details.principals:
            groups = [details.groups[name] for name in principal.get("GroupList", [])]
            attached = [
                p["PolicyArn"] for holder in (principal, *groups) for p in holder.get("AttachedManagedPolicies", [])
            ]
            own = [principal["Arn"], *(group["Arn"] for group in groups), *attached]
            give(principal, {"Effect": "Deny", "Action": sorted(_GRANTS), "NotResource": own or [account.id]})

    return changed(data, change)


def self_made_administrators(data: AccountData, _: Account) -> AccountData:
    """graphing/gathering.py: who may put or attach a policy to himself or his groups, or change his policies, is an administrator,
    and so is who may make roles and put policies on all of them. Of those the ones who then are."""
    steps = Steps(Roster(data))
    return _promoted(data, lambda who: _changes_himself(steps.roster, who) and _becomes_one(steps, who.identity))


def unlimited_by_what_stays(data: AccountData, _: Account) -> AccountData:
    """The same, and whether a boundary or a Deny leaves anything of what they gave themselves is not asked."""
    roster = Roster(data)
    return _promoted(data, lambda who: _changes_himself(roster, who))


def _promoted(data: AccountData, whom: Callable[[Permissions], bool]) -> AccountData:
    roster = Roster(data)

    def change(details: Details) -> None:
        for principal, who in list(_with_permissions(details, roster)):
            if whom(who):
                make_administrator(principal)

    return changed(data, change)


def _changes_himself(roster: Roster, who: Permissions) -> bool:
    makes = _may(who, "iam:CreateRole", "*") and any(
        _may(who, f"iam:{verb}RolePolicy", "*") for verb in ("Attach", "Put")
    )
    return makes or any(_may(who, action, on) for action, on in _own_grants(roster, who.identity))


def _becomes_one(steps: Steps, identity: Identity) -> bool:
    step = steps.makes_itself_admin(identity)
    return step is not None and step.truth is Truth.YES


def _own_grants(roster: Roster, identity: Identity) -> Iterator[tuple[str, str]]:
    kind = identity.type
    yield from ((f"iam:{verb}{kind}Policy", identity.arn) for verb in ("Put", "Attach"))
    groups = [roster.known.groups[name] for name in identity.groups]
    for group in groups:
        yield from ((f"iam:{verb}GroupPolicy", group.arn) for verb in ("Put", "Attach"))
    attached = [arn for holder in (identity, *groups) for arn in holder.attached]
    yield from (("iam:CreatePolicyVersion", arn) for arn in attached if ":aws:policy/" not in arn)


def _may(who: Permissions, action: str, on: str) -> bool:
    return who.may(action, on, who.facts(iam__policyarn=((_ADMINISTRATOR,),))) is Truth.YES


def _with_permissions(details: Details, roster: Roster) -> Iterator[tuple[Entry, Permissions]]:
    for principal in details.principals:
        yield principal, roster.permissions(roster.actors[principal["Arn"]])


def _can_be_met(statement: Statement, keys: tuple[str, ...]) -> bool:
    return all(
        "IfExists" in operator or operator == "StringNotEquals" or all(key.lower().startswith(keys) for key in asked)
        for operator, asked in statement.get("Condition", {}).items()
    )


def _settle(statement: Statement, keys: tuple[str, ...]) -> None:
    """Take away what is met because a key has no value. The conditions are ones that `_can_be_met` let pass."""
    conditions = statement.get("Condition", {})
    known = {name: {k: v for k, v in asked.items() if k.lower().startswith(keys)} for name, asked in conditions.items()}
    statement["Condition"] = {name: asked for name, asked in known.items() if asked}


def _narrow_deny(statement: Statement) -> bool:
    return _denies_only(statement, frozenset(ON_STAR)) and "*" not in listed(statement.get("Resource", "*"))


def _denies_only(statement: Statement, actions: frozenset[str]) -> bool:
    return statement["Effect"] == "Deny" and set(listed(statement.get("Action", "*"))) <= actions


def _split(may: list[str]) -> Iterator[Statement]:
    if may:
        yield {"Action": may}
    yield {"Effect": "Deny", "Action": [action for action in ON_STAR if action not in may]}


def _profile(role: Entry) -> str:
    return str(role["Arn"]).replace(":role/", ":instance-profile/")
