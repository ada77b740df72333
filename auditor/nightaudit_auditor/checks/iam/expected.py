"""Who may be an administrator: whom the schedule expects, and the roles that AWS's own set-ups create, with the trust they
are created with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nightaudit_auditor.aws.policy import Principal
from nightaudit_auditor.aws.policy.evaluate import principal_account
from nightaudit_auditor.aws.principals import Identity
from nightaudit_auditor.aws.trust import TrustModel, role_trust
from nightaudit_auditor.checks.registry import Context, Undecidable, Unknown
from nightaudit_auditor.manifests import glob_matches

_SSO_PROVIDER = re.compile(r"arn:[\w-]+:iam::(\d{12}):saml-provider/AWSSSO_[^/]+_DO_NOT_DELETE\Z")


def is_expected(arn: str, context: Context) -> bool:
    """True if one of the schedule's expect.admins matches."""
    return any(glob_matches(pattern, arn) for pattern in context.settings.admins)


@dataclass(frozen=True)
class _SetUp:
    """A role that AWS's tools create: what it is called, and whom it trusts if nobody has changed that."""

    name: re.Pattern[str]
    canonical: Callable[[Identity, str, TrustModel], bool]
    path: str = ""


def _trusts_organization(role: Identity, own: str, trust: TrustModel) -> bool:
    """Only other accounts of the organization, by name. Raises Undecidable if one may be of it, and nobody could read whether it
    is."""
    if any(
        _is_added(principal, own)
        for statement in role.trust.valid.allowing()
        for principal in statement.principals or ()
    ):
        return False
    exposed = role_trust(role.trust.valid, own).any_id
    if not exposed.accounts or exposed.public or exposed.organizations or exposed.services:
        return False
    others = sorted(account for account in exposed.reached if not trust.ours(account))
    if others and trust.unread is not None:
        who = f"{', '.join(others)} may belong to the organization, whose accounts could not be read ({trust.unread.reason})"
        raise Undecidable(Unknown(f"whether a set-up of AWS made it is not known: {who}", trust.unread.operation))
    return not others


def _is_added(principal: Principal, own: str) -> bool:
    """No set-up trusts an identity provider or a service here, or somebody of the account itself."""
    return principal.type != "AWS" or principal_account(principal.id)[0] == own


def _trusts_cloudformation(role: Identity, _own: str, _trust: TrustModel) -> bool:
    statements = role.trust.document.statements
    named = {(p.type, p.id) for s in statements for p in s.principals or ()}
    return named == {("Service", "cloudformation.amazonaws.com")} and all(s.not_principals is None for s in statements)


def _trusts_identity_center(role: Identity, own: str, _trust: TrustModel) -> bool:
    statements = role.trust.document.statements
    named = [p for s in statements for p in s.principals or ()]
    matches = [_SSO_PROVIDER.match(p.id) for p in named if p.type == "Federated"]
    return bool(named) and len(matches) == len(named) and all(m is not None and m[1] == own for m in matches)


_SET_UPS = (
    _SetUp(re.compile(r"AWSReservedSSO_"), _trusts_identity_center, "/aws-reserved/sso.amazonaws.com/"),
    _SetUp(re.compile(r"OrganizationAccountAccessRole\Z"), _trusts_organization),
    _SetUp(re.compile(r"AWSControlTowerExecution\Z"), _trusts_organization),
    _SetUp(re.compile(r"stacksets-exec-"), _trusts_organization),
    _SetUp(re.compile(r"cdk-.+-cfn-exec-role"), _trusts_cloudformation),
)


def is_set_up(identity: Identity, context: Context) -> bool:
    """True for a service-linked role, and for a set-up's role whose trust is still the one it was made with.

    Raises PolicyError if its trust policy is malformed, Undecidable if nobody can say whom it trusts.
    """
    if identity.type != "Role":
        return False
    if identity.path.startswith("/aws-service-role/"):
        return True
    return any(
        set_up.name.match(identity.name)
        and identity.path.startswith(set_up.path)
        and set_up.canonical(identity, context.data.account.id, context.trust)
        for set_up in _SET_UPS
    )
