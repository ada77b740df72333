"""Roles for the users of Cognito identity pools, guests among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from nightaudit_auditor.aws.policy import FREE, Caller, Document, Facts, Statement, Truth, decide_statements
from nightaudit_auditor.aws.policy import Request as Asked
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.principals import authorization, policies_of
from nightaudit_auditor.aws.trust import issuer_of
from nightaudit_auditor.checks.iam.kinds import ROLE, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

_POOLS: Final = "cognito-identity.list_identity_pools"
_ACTION: Final = "sts:AssumeRoleWithWebIdentity"
_FOR_GUESTS: Final = (
    "cognito-identity:*", "cognito-sync:*", "geo-maps:Get*", "geo:GetMap*", "geo:SearchPlaceIndex*", "mobileanalytics:PutEvents",
    "mobiletargeting:PutEvents", "mobiletargeting:UpdateEndpoint", "rum:PutRumEvents",
)  # fmt: skip
"""What Amazon's own set-ups give guests: telemetry, maps, and their own identity."""


@check(
    "IAM_ROLE_COGNITO_UNAUTH",
    kind=ROLE,
    title="A role is open to guests of an application, or to users of a foreign identity pool",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(_POOLS,),
    risk="Guests need no account: whoever reads the pool's id in the application's code may do what the role may.",
    remediation=(
        "Give guests a role of their own with next to nothing, and name the own pool in COGNITO:aud and the kind of user in "
        "COGNITO:amr. Console: IAM > Roles > the role > Trust relationships. "
        "CLI: aws iam update-assume-role-policy --role-name ROLE --policy-document FILE"
    ),
    terraform="""data "aws_iam_policy_document" "users" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "cognito-identity.amazonaws.com:aud"
      values   = [aws_cognito_identity_pool.app.id]
    }
    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "cognito-identity.amazonaws.com:amr"
      values   = ["authenticated"]
    }
  }
}""",
    references=("https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",),
)
def cognito_unauth(resource: Resource, context: Context) -> Iterator[Result]:
    """The trust policy lets in users of a Cognito identity pool that is none of the account's, or names guests
    (amr unauthenticated) and the role's policies allow more than telemetry, maps and the guest's own identity. A role that names
    no pool at all is IAM_ROLE_OIDC_UNSCOPED_SUBJECT's."""
    role = find(context.data, resource)
    document = role.trust.document
    issuers = sorted({issuer for s in document.allowing() if (issuer := _cognito(s))})
    for issuer in issuers:
        yield from _foreign_pools(resource, _named_pools(document, issuer), context)
    if any(_admits_guests(document, issuer) for issuer in issuers):
        documents = [policy.document for policy in policies_of(authorization(context.data), role)]
        if more := _more_than_guests_need(documents):
            evidence = {"actions": more[:20], "count": len(more)}
            yield Fail(f"guests may assume {role.name} and do {', '.join(more[:3])}", "unauthenticated", evidence)


def _cognito(statement: Statement) -> str:
    for principal in statement.principals or ():
        if principal.type == "Federated" and (issuer := issuer_of(principal.id)).startswith("cognito-identity"):
            return issuer
    return ""


def _named_pools(document: Document, issuer: str) -> list[str]:
    conditions = (c for s in document.allowing() for c in s.conditions)
    return sorted({value for c in conditions if c.key == f"{issuer}:aud" and not c.negated for value in c.values})


def _foreign_pools(resource: Resource, pools: Iterable[str], context: Context) -> Iterator[Result]:
    """A pool's id begins with its region; pools of a region that was not read may be the account's or not."""
    for pool in pools:
        region = pool.partition(":")[0]
        if "*" in pool or "?" in pool:
            continue
        if region not in context.data.regions:
            yield Unknown(f"identity pool {pool} is in {region}, which is not audited", _POOLS)
            continue
        listed = (context.data.answer(_POOLS, region) or {}).get("IdentityPools", [])
        if pool not in {item["IdentityPoolId"] for item in listed}:
            yield Fail(f"{resource.name} is open to identity pool {pool}, which is not here", pool, {"pool": pool})


def _admits_guests(document: Document, issuer: str) -> bool:
    """True if a condition names guests, and they get through all statements."""
    named = any(
        c.key == f"{issuer}:amr" and not c.negated and "unauthenticated" in c.values
        for s in document.allowing()
        for c in s.conditions
    )
    facts = Facts({f"{issuer}:amr": (("unauthenticated",),)}, FREE)
    request = Asked(_ACTION, "", Caller("Federated", id=issuer), facts)
    return named and decide_statements(document.statements, request) is not Truth.NO


def _more_than_guests_need(documents: list[Document]) -> list[str]:
    allowed: set[str] = set()
    denied: list[str] = []
    for document in documents:
        for statement in document.allowing():
            allowed.update(statement.actions if statement.actions is not None else ["NotAction"])
        denied += [a for s in document.denying() if _is_plain(s) for a in s.actions or ()]
    covered = (*_FOR_GUESTS, *denied)
    return sorted(a for a in allowed if not any(_covers(pattern, a) for pattern in covered))


def _is_plain(statement: Statement) -> bool:
    return not statement.conditions and "*" in (statement.resources or ())


def _covers(pattern: str, action: str) -> bool:
    return match(wild(pattern.lower()), wild(action.lower())) is Truth.YES
