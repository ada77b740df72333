"""A generated account, as data: who is in it, and what may be done by whom."""

from __future__ import annotations

from typing import Any

import msgspec

Statement = dict[str, Any]
"""A statement of a policy; Effect is Allow unless given."""


class Policy(msgspec.Struct, frozen=True):
    """`managed` policies are the account's own, others are inline. `older` is a version that is not the default one."""

    name: str
    statements: tuple[Statement, ...]
    managed: bool = False
    older: tuple[Statement, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """`administrator`: AWS's AdministratorAccess is attached."""

    name: str
    policies: tuple[Policy, ...] = ()
    administrator: bool = False


class Principal(msgspec.Struct, frozen=True):
    """A user, or a role if it has a `trust`. `profile`: the role is in an instance profile of its name.

    `way` is the published way to become an administrator that its policies were made for, `twist` what was changed about it;
    both are empty for those who are only there to be reached.
    """

    name: str
    policies: tuple[Policy, ...] = ()
    trust: tuple[Statement, ...] = ()
    administrator: bool = False
    boundary: tuple[Statement, ...] = ()
    groups: tuple[str, ...] = ()
    keys: int = 0
    password: bool = False
    profile: bool = False
    way: str = ""
    twist: str = ""


class Workload(msgspec.Struct, frozen=True):
    """Something that runs as a role of the account: `kind` is lambda, ec2, codebuild, cloudformation or glue."""

    kind: str
    name: str
    role: str


class Account(msgspec.Struct, frozen=True):
    """One account of the corpus, in the order in which its parts can be made."""

    id: str
    groups: tuple[Group, ...]
    principals: tuple[Principal, ...]
    workloads: tuple[Workload, ...]

    def arn(self, principal: Principal) -> str:
        """The ARN of a user or role."""
        return f"arn:aws:iam::{self.id}:{'role' if principal.trust else 'user'}/{principal.name}"
