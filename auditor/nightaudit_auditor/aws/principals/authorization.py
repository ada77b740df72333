"""GetAccountAuthorizationDetails (IAM API): all users, groups, roles and policies of an account in one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nightaudit_auditor.aws.memo import per_account
from nightaudit_auditor.aws.policy import Document, PolicyError, PolicyText
from nightaudit_auditor.snapshot import AccountData

OPERATION = "iam.get_account_authorization_details"


@dataclass(frozen=True)
class PolicyRef:
    """A policy that applies to somebody. `arn` is empty for inline policies; `source` is the ARN of the group it comes by."""

    name: str
    arn: str
    text: PolicyText
    source: str = ""

    @property
    def document(self) -> Document:
        """Raises PolicyError if the policy is malformed, or not in the answer."""
        try:
            return self.text.document
        except PolicyError as error:
            if error.operation:
                raise
            raise PolicyError(f"{self.arn or self.name}: {error}") from None


@dataclass(frozen=True)
class Identity:
    """A user, role or group. `raw` is IAM's description of it; `attached` are the ARNs of its managed policies; `trust` is a
    role's trust policy."""

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
    trust: PolicyText


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy in its default version, and its `others`; `aws` is True for those that AWS wrote."""

    arn: str
    name: str
    attachments: int
    aws: bool
    reference: PolicyRef
    others: tuple[PolicyText, ...] = ()


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
    answer, moment = data.answer(OPERATION) or {}, data.moment
    users = tuple(_identity("User", entry, moment) for entry in answer.get("UserDetailList", []))
    roles = tuple(_identity("Role", entry, moment) for entry in answer.get("RoleDetailList", []))
    groups = {str(e["GroupName"]): _identity("Group", e, moment) for e in answer.get("GroupDetailList", [])}
    holders: dict[str, list[Identity]] = {}
    for identity in (*users, *roles, *groups.values()):
        for arn in identity.attached:
            holders.setdefault(arn, []).append(identity)
    policies = [_managed(entry, moment) for entry in answer.get("Policies", [])]
    return Authorization(
        users, roles, groups, {p.arn: p for p in policies}, {arn: tuple(who) for arn, who in holders.items()}
    )


def policies_of(known: Authorization, identity: Identity) -> tuple[PolicyRef, ...]:
    """The identity-based policies that apply: inline, attached, and those of a user's groups."""
    found = [*identity.inline, *(_attached(known, arn, "") for arn in identity.attached)]
    for name in identity.groups:
        group = known.groups.get(name)
        if group is None:
            found.append(PolicyRef(name, "", _missing(f"group {name}"), source=f"group {name}"))
            continue
        found += [replace(p, source=group.arn) for p in group.inline]
        found += [_attached(known, arn, group.arn) for arn in group.attached]
    return tuple(found)


def boundary_of(known: Authorization, identity: Identity) -> PolicyRef | None:
    """The permissions boundary."""
    return _attached(known, identity.boundary, "") if identity.boundary else None


def _attached(known: Authorization, arn: str, source: str) -> PolicyRef:
    policy = known.policies.get(arn)
    text = policy.reference.text if policy is not None else _missing(f"policy {arn}")
    return PolicyRef(arn.rpartition("/")[2], arn, text, source=source)


def _missing(name: str) -> PolicyText:
    return _text(None, name, None)


def _text(raw: Any, name: str, moment: float | None) -> PolicyText:
    return PolicyText(raw, name, OPERATION, moment)


def _identity(type_: str, entry: Mapping[str, Any], moment: float | None) -> Identity:
    return Identity(
        type=type_,
        arn=str(entry["Arn"]),
        name=str(entry[f"{type_}Name"]),
        path=str(entry.get("Path", "/")),
        inline=tuple(
            PolicyRef(str(p["PolicyName"]), "", _text(p.get("PolicyDocument"), f"policy {p['PolicyName']}", moment))
            for p in entry.get(f"{type_}PolicyList", [])
        ),
        attached=tuple(str(p["PolicyArn"]) for p in entry.get("AttachedManagedPolicies", [])),
        groups=tuple(str(g) for g in entry.get("GroupList", [])),
        boundary=str((entry.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", "")),
        tags={str(t["Key"]): str(t["Value"]) for t in entry.get("Tags", [])},
        raw=entry,
        trust=_text(entry.get("AssumeRolePolicyDocument"), f"the trust policy of {entry['Arn']}", moment),
    )


def _managed(entry: Mapping[str, Any], moment: float | None) -> ManagedPolicy:
    arn = str(entry["Arn"])
    versions = entry.get("PolicyVersionList", [])
    default: Mapping[str, Any] = next((v for v in versions if v.get("IsDefaultVersion")), {})
    return ManagedPolicy(
        arn=arn,
        name=str(entry["PolicyName"]),
        attachments=int(entry.get("AttachmentCount", 0)),
        aws=":iam::aws:policy/" in arn,
        reference=PolicyRef(str(entry["PolicyName"]), arn, _text(default.get("Document"), f"policy {arn}", moment)),
        others=tuple(_text(v.get("Document"), f"policy {arn}", moment) for v in versions if v is not default),
    )
