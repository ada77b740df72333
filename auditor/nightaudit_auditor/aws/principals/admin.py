"""Who is an administrator in effect: by what the policies, their Deny statements and the boundary leave, never by name.

Whoever controls IAM controls the account: he can give himself every other permission. So the test is whether the ways to
do that are allowed on resources that nobody has named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from nightaudit_auditor.aws.policy import (
    FREE,
    MISSING,
    Caller,
    Facts,
    PolicyText,
    Request,
    Truth,
    decide_statements,
)
from nightaudit_auditor.aws.policy.evaluate import applies
from nightaudit_auditor.aws.policy.truth import some
from nightaudit_auditor.aws.principals.authorization import Authorization, Identity, boundary_of, policies_of
from nightaudit_auditor.aws.principals.permissions import principal_facts
from nightaudit_auditor.aws.trust.guardrails import Guardrails
from nightaudit_auditor.snapshot import Account

_SOMETHING = "nightaudit-nothing-is-called-so"
_IAM_CONTROL = (
    ("iam:AttachUserPolicy", f"user/{_SOMETHING}"),
    ("iam:PutUserPolicy", f"user/{_SOMETHING}"),
    ("iam:CreateAccessKey", f"user/{_SOMETHING}"),
    ("iam:AttachRolePolicy", f"role/{_SOMETHING}"),
    ("iam:PutRolePolicy", f"role/{_SOMETHING}"),
    ("iam:UpdateAssumeRolePolicy", f"role/{_SOMETHING}"),
    ("iam:PassRole", f"role/{_SOMETHING}"),
    ("iam:CreatePolicyVersion", f"policy/{_SOMETHING}"),
)
_EVERYTHING_ELSE = (
    ("ec2:RunInstances", "ec2:eu-west-1:{account}:instance/i-0"),
    ("kms:PutKeyPolicy", "kms:eu-west-1:{account}:key/0"),
    ("lambda:CreateFunction", f"lambda:eu-west-1:{{account}}:function:{_SOMETHING}"),
    ("s3:PutBucketPolicy", f"s3:::{_SOMETHING}"),
    ("secretsmanager:GetSecretValue", f"secretsmanager:eu-west-1:{{account}}:secret:{_SOMETHING}"),
    ("sts:AssumeRole", f"iam::{{account}}:role/{_SOMETHING}"),
)
_TO_ADMIN = (
    *_IAM_CONTROL[:6],
    ("iam:CreateLoginProfile", f"user/{_SOMETHING}"),
    ("iam:UpdateLoginProfile", f"user/{_SOMETHING}"),
    ("iam:AddUserToGroup", f"group/{_SOMETHING}"),
    ("iam:AttachGroupPolicy", f"group/{_SOMETHING}"),
    ("iam:PutGroupPolicy", f"group/{_SOMETHING}"),
    ("iam:CreatePolicyVersion", f"policy/{_SOMETHING}"),
    ("iam:SetDefaultPolicyVersion", f"policy/{_SOMETHING}"),
)
ALL = PolicyText({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
"""The policy of an administrator, as somebody would put it on himself."""


class Power(IntEnum):
    """NONE, control of IAM (which is enough to gain the rest), or all actions on all resources."""

    NONE = 0
    IAM = 1
    ALL = 2


def effective_power(
    known: Authorization,
    identity: Identity,
    account: Account,
    guardrails: Guardrails | None = None,
    more: Sequence[PolicyText] = (),
    *,
    bounded: bool = True,
    organization: str | None = None,
) -> Power:
    """What a user, role or group can do, its groups' policies, Deny statements and boundary applied.

    Conditions on circumstances (MFA, address, time) do not make an administrator less of one; conditions on what is done to
    whom (tags, a boundary that new principals must carry) do. `guardrails`: the organization's policies, None if they were
    not read. `more` are policies that it could get, and `bounded` is False if it could lose its boundary; `organization` as of
    `principal_facts`. Raises PolicyError.
    """
    texts = [*(policy.text for policy in policies_of(known, identity)), *more]
    limits = _limits(known, identity, guardrails, bounded=bounded)
    return _power(texts, limits, _facts(identity, account, organization), account)


def allows(
    known: Authorization,
    identity: Identity,
    account: Account,
    asked: Iterable[tuple[str, str]],
    guardrails: Guardrails | None = None,
    organization: str | None = None,
) -> bool:
    """Whether an identity may do all that is `asked`: (action, resource without its `arn:partition:`), `{account}` filled in.

    Its groups' policies, Deny statements and boundary are applied, circumstances taken as for `effective_power`. Raises
    PolicyError.
    """
    parts = [_whole(policy.text for policy in policies_of(known, identity)), *_limits(known, identity, guardrails)]
    requests = _requests(asked, _facts(identity, account, organization), account)
    return all(_decide(part, request) is not Truth.NO for request in requests for part in parts)


def policy_power(text: PolicyText, account: Account) -> Power:
    """What a single policy grants to whoever has it. Raises PolicyError."""
    return _power([text], [], _facts(None, account), account)


def unnamed_ways(text: PolicyText, account: Account) -> tuple[str, ...]:
    """The actions by which whoever has this policy alone makes itself, or takes over, an administrator whom nobody has named.
    Raises PolicyError."""
    facts = _facts(None, account).but(
        iam__policyarn=((f"arn:{account.partition}:iam::aws:policy/AdministratorAccess",),)
    )
    requests = _requests(_TO_ADMIN, facts, account, "iam::{account}:")
    return tuple(request.action for request in requests if _decide(_whole([text]), request) is not Truth.NO)


def confines(text: PolicyText, account: Account) -> bool:
    """Whether nobody whose boundary the policy is can control IAM, whoever he is and whatever else he may do. Raises PolicyError."""
    requests = _requests(_IAM_CONTROL, _facts(None, account), account, "iam::{account}:")
    return all(_decide(_whole([text]), request) is Truth.NO for request in requests)


def _limits(
    known: Authorization, identity: Identity, guardrails: Guardrails | None, *, bounded: bool = True
) -> list[tuple[PolicyText, ...]]:
    """What must allow beside the identity's policies: each of them by itself."""
    boundary = boundary_of(known, identity) if bounded else None
    limits = [_whole([boundary.text])] if boundary is not None else []
    return limits + list(guardrails.levels_for(identity.arn) if guardrails is not None else ())


def _whole(texts: Iterable[PolicyText]) -> tuple[PolicyText, ...]:
    """Raises PolicyError: one that nobody can read may hold a Deny, and nothing is said without it."""
    found = tuple(texts)
    for text in found:
        text.document  # noqa: B018 - for what it raises
    return found


def _power(
    texts: Sequence[PolicyText], limits: Iterable[tuple[PolicyText, ...]], facts: Facts, account: Account
) -> Power:
    _whole(texts)
    control = _requests(_IAM_CONTROL, facts, account, "iam::{account}:")
    if not all(_granted(texts, request) for request in control):
        return Power.NONE
    left = [request for request in control if _decide(texts, request) is not Truth.NO]
    for limit in limits:
        left = [request for request in left if _decide(limit, request) is not Truth.NO]
    if not left:
        return Power.NONE
    return Power.ALL if all(_granted(texts, r) for r in _requests(_EVERYTHING_ELSE, facts, account)) else Power.IAM


def _decide(texts: Iterable[PolicyText], request: Request) -> Truth:
    return decide_statements((s for text in texts for s in text.about(request.action)), request)


def _granted(texts: Iterable[PolicyText], request: Request) -> bool:
    """Allowed, before any Deny: one that takes away a single way leaves an administrator what he is."""
    found = (applies(s, request) for text in texts for s in text.about(request.action) if s.allow)
    return some(found) is not Truth.NO


def _requests(ways: Iterable[tuple[str, str]], facts: Facts, account: Account, prefix: str = "") -> list[Request]:
    caller = Caller("AWS", account.id)
    start = f"arn:{account.partition}:{prefix}"
    return [Request(action, (start + name).format(account=account.id), caller, facts) for action, name in ways]


def _facts(identity: Identity | None, account: Account, organization: str | None = None) -> Facts:
    """On resources that nobody has named: no tag, no boundary and no other property that a condition asks for."""
    facts = principal_facts(identity, account, organization)
    unknown = {"aws:principaltag/": FREE, "aws:username": FREE, "aws:principalarn": FREE, "aws:principaltype": FREE}
    return Facts(facts.known, MISSING, facts.prefixes or unknown)
