"""What principalmapper asks and the auditor does not: changes after which the auditor has asked it too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.escalation.accounts import Account, Principal, Statement
from bench.escalation.details import Details, changed, give, listed, only
from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals import Permissions, Roster, workloads
from nightaudit_auditor.snapshot import AccountData

_HANDED = {
    "lambda": (("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"), ("lambda:CreateFunction", "lambda:InvokeFunction")),
    "codebuild": (("codebuild:UpdateProject", "codebuild:StartBuild"), ("codebuild:CreateProject", "codebuild:StartBuild")),
    "cloudformation": (("cloudformation:UpdateStack",), ("cloudformation:CreateStack",)),
}  # fmt: skip
"""By kind of workload: what hands it another role and runs it, and what makes a new one that runs."""


def with_service_linked_role(data: AccountData, _: Account) -> AccountData:
    """Auto Scaling makes groups only where its service-linked role is, or can be made (Auto Scaling User Guide, "Service-linked
    roles"). No account of the corpus has it."""

    def statements(who: Permissions) -> Iterator[Statement]:
        if who.may("iam:CreateServiceLinkedRole", "*") is not Truth.YES:
            yield {"Effect": "Deny", "Action": "autoscaling:CreateAutoScalingGroup"}

    return _given(data, statements)


def with_passwords(data: AccountData, account: Account) -> AccountData:
    """IAM API: UpdateLoginProfile wants a password to be there (NoSuchEntity), CreateLoginProfile none (EntityAlreadyExists)."""
    users = [one for one in account.principals if not one.trust]
    with_one = [account.arn(user) for user in users if user.password]
    without = [account.arn(user) for user in users if not user.password]

    def statements(_: Permissions) -> Iterator[Statement]:
        for action, arns in (("iam:UpdateLoginProfile", without), ("iam:CreateLoginProfile", with_one)):
            if arns:
                yield {"Effect": "Deny", "Action": action, "Resource": arns}

    return _given(data, statements)


def with_quota_of_keys(data: AccountData, account: Account) -> AccountData:
    """A user has at most two access keys (IAM quotas): a third wants one to be deleted."""
    full = [account.arn(one) for one in account.principals if _has_all_keys(one)]

    def statements(who: Permissions) -> Iterator[Statement]:
        for arn in full:
            if who.may("iam:DeleteAccessKey", arn) is not Truth.YES:
                yield {"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": arn}

    return _given(data, statements)


def with_handed_roles(data: AccountData, _: Account) -> AccountData:
    """A workload that is there can be given another role, if that may be passed."""
    there = [one for found in workloads(data).by_role.values() for one in found]

    def statements(who: Permissions) -> Iterator[Statement]:
        for one in there:
            hand, make = _HANDED.get(one.kind, ((), ()))
            if hand and all(who.may(action, one.arn) is Truth.YES for action in hand):
                yield {"Action": list(make)}

    return _given(data, statements)


def with_tags_of_workloads(data: AccountData, _: Account) -> AccountData:
    """Nothing in the corpus that runs as a role has a tag: what is allowed on tagged ones only is allowed on none."""

    def change(details: Details) -> None:
        for principal in details.principals:
            for document in details.documents(principal):
                only(document, lambda statement: not _wants_tagged_workload(statement))

    return changed(data, change)


def _wants_tagged_workload(statement: Statement) -> bool:
    keys = {key.lower() for asked in statement.get("Condition", {}).values() for key in asked}
    actions = listed(statement.get("Action", []))
    on_workloads = not any(action.startswith(("iam:", "sts:")) for action in actions)
    return statement["Effect"] == "Allow" and on_workloads and any(key.startswith("aws:resourcetag/") for key in keys)


def _given(data: AccountData, statements: Callable[[Permissions], Iterator[Statement]]) -> AccountData:
    roster = Roster(data)

    def change(details: Details) -> None:
        for principal in details.principals:
            for statement in statements(roster.permissions(roster.actors[principal["Arn"]])):
                give(principal, statement)

    return changed(data, change)


def _has_all_keys(one: Principal) -> bool:
    return not one.trust and one.keys >= 2
