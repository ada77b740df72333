"""Changes what was recorded of an account's IAM: the tools of the classes of differences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bench.escalation.accounts import Statement
from bench.escalation.ours import DETAILS
from nightaudit_auditor.snapshot import AccountData, Record

Entry = dict[str, Any]
"""A UserDetail or RoleDetail of IAM's GetAccountAuthorizationDetails."""


class Details:
    """A copy of the answer of GetAccountAuthorizationDetails that may be changed, with all documents parsed."""

    def __init__(self, data: AccountData) -> None:
        copied = json.loads(json.dumps(data.answer(DETAILS)))
        self.users: list[Entry] = copied["UserDetailList"]
        self.roles: list[Entry] = copied["RoleDetailList"]
        self.groups: dict[str, Entry] = {group["GroupName"]: group for group in copied["GroupDetailList"]}
        self.policies: dict[str, Entry] = {policy["Arn"]: policy for policy in copied["Policies"]}
        self.answer = copied
        for holder in (*self.users, *self.roles, *self.groups.values()):
            for policy in _inline(holder):
                policy["PolicyDocument"] = _parsed(policy["PolicyDocument"])
        for policy in self.policies.values():
            for version in policy["PolicyVersionList"]:
                version["Document"] = _parsed(version["Document"])
        for role in self.roles:
            role["AssumeRolePolicyDocument"] = _parsed(role["AssumeRolePolicyDocument"])

    @property
    def principals(self) -> list[Entry]:
        """Users and roles."""
        return [*self.users, *self.roles]

    def documents(self, principal: Entry) -> Iterator[dict[str, Any]]:
        """The identity policies that apply to a user or role."""
        holders = [principal, *(self.groups[name] for name in principal.get("GroupList", []))]
        for holder in holders:
            yield from (policy["PolicyDocument"] for policy in _inline(holder))
            for attached in holder.get("AttachedManagedPolicies", []):
                versions = self.policies[attached["PolicyArn"]]["PolicyVersionList"]
                yield from (version["Document"] for version in versions if version["IsDefaultVersion"])


def changed(data: AccountData, change: Callable[[Details], None]) -> AccountData:
    """The account with another answer of IAM; all else is as it was."""
    details = Details(data)
    change(details)
    return with_answers(data, lambda record: details.answer if record.name == DETAILS else record.answer)


def with_answers(data: AccountData, answer: Callable[[Record], dict[str, Any] | None]) -> AccountData:
    """The account with other answers."""
    records = (record for operation in data.operations() for record in data.records(operation))
    other = (msgspec.structs.replace(record, answer=answer(record)) for record in records)
    return AccountData(data.account, data.regions, other, run=data.run, time=data.time)


def give(principal: Entry, statement: Statement) -> None:
    """One more inline policy of one statement."""
    everywhere = {} if "NotResource" in statement else {"Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **everywhere, **statement}]}
    policies = principal.setdefault("UserPolicyList" if "UserName" in principal else "RolePolicyList", [])
    policies.append({"PolicyName": f"given-{len(policies)}", "PolicyDocument": document})


def make_administrator(principal: Entry) -> None:
    """Take away all that limits it, and allow it everything."""
    for name in ("UserPolicyList", "RolePolicyList", "AttachedManagedPolicies", "GroupList"):
        if name in principal:
            principal[name] = []
    principal.pop("PermissionsBoundary", None)
    give(principal, {"Action": "*"})


def only(document: dict[str, Any], keep: Callable[[Statement], bool]) -> None:
    """Leave out the statements that are not to be kept."""
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    document["Statement"] = [statement for statement in statements if keep(statement)]


def listed(value: object) -> list[Any]:
    """A value that policies may write alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def _inline(holder: Entry) -> list[dict[str, Any]]:
    return [*holder.get("UserPolicyList", []), *holder.get("RolePolicyList", []), *holder.get("GroupPolicyList", [])]


def _parsed(document: Any) -> Any:
    return json.loads(document) if isinstance(document, str) else document
