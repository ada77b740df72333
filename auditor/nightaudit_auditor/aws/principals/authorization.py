"""GetAccountAuthorizationDetails (IAM API): all users, groups, roles and policies of an account in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.policy import Document, PolicyError, parse_document
from nightaudit_auditor.snapshot import AccountData

OPERATION = "iam.get_account_authorization_details"


@dataclass(frozen=True)
class PolicyRef:
    """A policy that applies to somebody. `arn` is empty for inline policies; `source` is the ARN of the group it comes by.

    `original` is the same policy where it was listed: it is parsed once for all who have it.
    """

    name: str
    arn: str
    raw: str | Mapping[str, Any] | None
    source: str = ""
    original: PolicyRef | None = None

    @cached_property
    def document(self) -> Document:
        """Raises PolicyError if the policy is malformed, or not in the answer."""
        if self.original is not None:
            return self.original.document
        if self.raw is None:
            raise PolicyError(f"the document of {self.arn or self.name} was not read")
        return parse_document(self.raw)


@dataclass(frozen=True)
class Identity:
    """A user, role or group. `raw` is IAM's description of it; `attached` are the ARNs of its managed policies."""

    type: str
    arn: str
    name: str
    path: str
    inline: tuple[PolicyRef, ...]
    attached: tuple[str, ...]
    groups: tuple[str, ...]
    boundary: str
    tags: Mapping[str, str]
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy in its default version; `aws` is True for those that AWS wrote."""

    arn: str
    name: str
    attachments: int
    aws: bool
    reference: PolicyRef


@dataclass(frozen=True)
class Authorization:
    """Everything that IAM holds of one account, by ARN (groups by name)."""

    users: tuple[Identity, ...]
    roles: tuple[Identity, ...]
    groups: Mapping[str, Identity]
    policies: Mapping[str, ManagedPolicy]
    holders: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)
    """Managed policy ARN → who has it attached."""


@per_account
def authorization(data: AccountData) -> Authorization:
    """Raises Unreadable if the answer is not there."""
    answer = data.answer(OPERATION) or {}
    users = tuple(_identity("User", entry) for entry in answer.get("UserDetailList", []))
    roles = tuple(_identity("Role", entry) for entry in answer.get("RoleDetailList", []))
    groups = {str(e["GroupName"]): _identity("Group", e) for e in answer.get("GroupDetailList", [])}
    holders: dict[str, list[Identity]] = {}
    for identity in (*users, *roles, *groups.values()):
        for arn in identity.attached:
            holders.setdefault(arn, []).append(identity)
    policies = [_managed(entry) for entry in answer.get("Policies", [])]
    return Authorization(
        users, roles, groups, {p.arn: p for p in policies}, {arn: tuple(who) for arn, who in holders.items()}
    )


def policies_of(known: Authorization, identity: Identity) -> tuple[PolicyRef, ...]:
    """The identity-based policies that apply: inline, attached, and those of a user's groups."""
    found = [*identity.inline, *(_attached(known, arn, "") for arn in identity.attached)]
    for name in identity.groups:
        group = known.groups.get(name)
        if group is None:
            found.append(PolicyRef(name, "", None, source=f"group {name}"))
            continue
        found += [PolicyRef(p.name, p.arn, p.raw, source=group.arn, original=p) for p in group.inline]
        found += [_attached(known, arn, group.arn) for arn in group.attached]
    return tuple(found)


def boundary_of(known: Authorization, identity: Identity) -> Document | None:
    """The permissions boundary. Raises PolicyError if there is one whose document is malformed or was not read."""
    return _attached(known, identity.boundary, "").document if identity.boundary else None


def _attached(known: Authorization, arn: str, source: str) -> PolicyRef:
    policy = known.policies.get(arn)
    original = policy.reference if policy is not None else None
    raw = original.raw if original is not None else None
    return PolicyRef(arn.rpartition("/")[2], arn, raw, source=source, original=original)


def _identity(type_: str, entry: Mapping[str, Any]) -> Identity:
    return Identity(
        type=type_,
        arn=str(entry["Arn"]),
        name=str(entry[f"{type_}Name"]),
        path=str(entry.get("Path", "/")),
        inline=tuple(
            PolicyRef(str(p["PolicyName"]), "", p.get("PolicyDocument")) for p in entry.get(f"{type_}PolicyList", [])
        ),
        attached=tuple(str(p["PolicyArn"]) for p in entry.get("AttachedManagedPolicies", [])),
        groups=tuple(str(g) for g in entry.get("GroupList", [])),
        boundary=str((entry.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", "")),
        tags={str(t["Key"]): str(t["Value"]) for t in entry.get("Tags", [])},
        raw=entry,
    )


def _managed(entry: Mapping[str, Any]) -> ManagedPolicy:
    arn = str(entry["Arn"])
    versions = entry.get("PolicyVersionList", [])
    default: Mapping[str, Any] = next((v for v in versions if v.get("IsDefaultVersion")), {})
    return ManagedPolicy(
        arn=arn,
        name=str(entry["PolicyName"]),
        attachments=int(entry.get("AttachmentCount", 0)),
        aws=":iam::aws:policy/" in arn,
        reference=PolicyRef(str(entry["PolicyName"]), arn, default.get("Document")),
    )
