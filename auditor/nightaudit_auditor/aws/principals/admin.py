"""Who is an administrator in effect: by what the policies, their Deny statements and the boundary leave, never by name.

Whoever controls IAM controls the account: he can give himself every other permission. So the test is whether the ways to
do that are allowed on resources that nobody has named.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from nightaudit_auditor.aws.policy import FREE, MISSING, Caller, Document, Facts, Request, Truth, decide
from nightaudit_auditor.aws.policy.conditions import Alternatives
from nightaudit_auditor.aws.policy.evaluate import applies
from nightaudit_auditor.aws.policy.truth import some
from nightaudit_auditor.aws.principals.authorization import Authorization, Identity, boundary_of, policies_of
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
_CIRCUMSTANCES = (
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceip", "aws:vpcsourceip", "aws:sourcevpc",
    "aws:sourcevpce", "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:tokenissuetime", "aws:useragent",
    "aws:referer", "aws:requestedregion", "aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:sourceidentity",
    "aws:federatedprovider", "aws:principalorgmasteraccountid", "aws:resourceorgid", "aws:resourceorgpaths",
)  # fmt: skip


class Power(IntEnum):
    """NONE, control of IAM (which is enough to gain the rest), or all actions on all resources."""

    NONE = 0
    IAM = 1
    ALL = 2


def effective_power(known: Authorization, identity: Identity, account: Account) -> Power:
    """What a user, role or group can do, its groups' policies, Deny statements and boundary applied.

    Conditions on circumstances (MFA, address, time) do not make an administrator less of one; conditions on what is done to
    whom (tags, a boundary that new principals must carry) do. Raises PolicyError. Service control policies are not read.
    """
    documents = [policy.document for policy in policies_of(known, identity)]
    return _power(documents, boundary_of(known, identity), _facts(identity, account), account)


def policy_power(document: Document, account: Account) -> Power:
    """What a single policy grants to whoever has it."""
    return _power([document], None, _facts(None, account), account)


def _power(documents: list[Document], boundary: Document | None, facts: Facts, account: Account) -> Power:
    control = _requests(((a, f"iam::{{account}}:{r}") for a, r in _IAM_CONTROL), facts, account)
    if not all(_granted(documents, request) for request in control):
        return Power.NONE
    left = [r for r in control if decide(documents, r) is not Truth.NO]
    if boundary is not None:
        left = [r for r in left if decide([boundary], r) is not Truth.NO]
    if not left:
        return Power.NONE
    return Power.ALL if all(_granted(documents, r) for r in _requests(_EVERYTHING_ELSE, facts, account)) else Power.IAM


def _granted(documents: Iterable[Document], request: Request) -> bool:
    """Allowed, before any Deny: one that takes away a single way leaves an administrator what he is."""
    return some(applies(s, request) for d in documents for s in d.allowing()) is not Truth.NO


def _requests(ways: Iterable[tuple[str, str]], facts: Facts, account: Account) -> list[Request]:
    caller = Caller("AWS", account.id)
    return [Request(a, f"arn:{account.partition}:{r.format(account=account.id)}", caller, facts) for a, r in ways]


def _facts(identity: Identity | None, account: Account) -> Facts:
    own: Alternatives = ((account.id,),)
    known: dict[str, Alternatives] = {
        "aws:principalaccount": own,
        "aws:resourceaccount": own,
        "aws:viaawsservice": (("false",),),
    }
    known |= dict.fromkeys(_CIRCUMSTANCES, FREE)
    if identity is None:
        unknown = {"aws:principaltag/": FREE, "aws:username": FREE, "aws:principalarn": FREE, "aws:principaltype": FREE}
        return Facts(known, MISSING, unknown)
    known["aws:principalarn"] = ((identity.arn,),)
    known["aws:principaltype"] = ((identity.type if identity.type == "User" else "AssumedRole",),)
    if identity.type == "User":
        known["aws:username"] = ((identity.name,),)
    known |= {f"aws:principaltag/{key.lower()}": ((value,),) for key, value in identity.tags.items()}
    return Facts(known, MISSING)


def allows(known: Authorization, identity: Identity, account: Account, asked: Iterable[tuple[str, str]]) -> bool:
    """Whether an identity may do all that is `asked`: (action, resource without its `arn:partition:`), `{account}` filled in.

    Its groups' policies, Deny statements and boundary are applied, circumstances taken as for `effective_power`. Raises
    PolicyError.
    """
    documents = [policy.document for policy in policies_of(known, identity)]
    boundary = boundary_of(known, identity)
    requests = _requests(asked, _facts(identity, account), account)
    return all(
        decide(documents, request) is not Truth.NO and (boundary is None or decide([boundary], request) is not Truth.NO)
        for request in requests
    )
