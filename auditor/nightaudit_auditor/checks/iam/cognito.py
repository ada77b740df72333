"""Roles for the users of Cognito identity pools, guests among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from nightaudit_auditor.aws.policy import FREE, Caller, Document, Facts, Statement, Truth, decide_statements
from nightaudit_auditor.aws.policy import Request as Asked
from nightaudit_auditor.aws.policy.facts import Alternatives
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.principals import authorization, policies_of
from nightaudit_auditor.aws.trust import issuer_of
from nightaudit_auditor.checks.iam.kinds import ROLE, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import Gone, Unreadable

_POOLS: Final = "cognito-identity.list_identity_pools"
_POOL: Final = "cognito-identity.describe_identity_pool"
_ACTION: Final = "sts:AssumeRoleWithWebIdentity"
_FOR_GUESTS: Final = (
    "cognito-identity:*", "cognito-sync:*", "geo-maps:Get*", "geo:GetMap*", "geo:SearchPlaceIndex*", "mobileanalytics:PutEvents",
    "mobiletargeting:PutEvents", "mobiletargeting:UpdateEndpoint", "rum:PutRumEvents",
)  # fmt: skip
"""What Amazon's own set-ups give guests: telemetry, maps, and their own identity."""
_ENHANCED: Final = (
    *(f"{service}:*" for service in (
        "appsync", "cloudwatch", "codewhisperer", "cognito-identity", "cognito-idp", "cognito-sync", "comprehend", "dynamodb",
        "execute-api", "firehose", "gamelift", "geo", "geo-maps", "geo-places", "geo-routes", "iot", "kinesis", "lambda", "lex",
        "logs", "machinelearning", "mobileanalytics", "mobiletargeting", "personalize", "polly", "rekognition", "s3", "sdb", "ses",
        "sns", "sqs", "transcribe", "translate",
    )),
    "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "rum:PutRumEvents", "sagemaker:InvokeEndpoint",
    "sumerian:View*", "textract:AnalyzeDocument", "textract:DetectDocumentText",
)  # fmt: skip
"""All that the session policies of the enhanced flow leave to guests, whatever their role may do (Amazon Cognito Developer Guide,
"IAM roles"; AWS Managed Policy Reference, "AmazonCognitoUnAuthedIdentitiesSessionPolicy"). In the classic flow there are none."""


@check(
    "IAM_ROLE_COGNITO_UNAUTH",
    kind=ROLE,
    title="A role is open to guests of an application, or to users of a foreign identity pool",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(_POOLS, _POOL),
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
    """The trust policy lets in users of a Cognito identity pool that is none of the account's, or guests, and the role's policies
    allow more than telemetry, maps and the guest's own identity. Guests are let in if a condition names them (amr
    unauthenticated), or if none keeps them out and an own pool that the policy names has guests. Where no own pool that it names has
    the classic flow, only what the enhanced flow leaves to guests counts. A role that names no pool at all is
    IAM_ROLE_OIDC_UNSCOPED_SUBJECT's."""
    role = find(context.data, resource)
    document = role.trust.document
    issuers = sorted({issuer for s in document.allowing() if (issuer := _cognito(s))})
    for issuer in issuers:
        yield from _foreign_pools(resource, _named_pools(document, issuer), context)
    open_to_guests = [issuer for issuer in issuers if _lets_guests_in(document, issuer)]
    if not open_to_guests:
        return
    more = _more_than_guests_need([policy.document for policy in policies_of(authorization(context.data), role)])
    within = [action for action in more if any(_meets(pattern, action) for pattern in _ENHANCED)]
    if within and any(_has_guests(document, issuer, context) for issuer in open_to_guests):
        yield _for_guests(role.name, within, "any")
    elif more and any(_has_guests(document, issuer, context, classic=True) for issuer in open_to_guests):
        yield _for_guests(role.name, more, "classic")


def _for_guests(role: str, actions: list[str], flow: str) -> Fail:
    evidence = {"actions": actions[:20], "count": len(actions), "flow": flow}
    return Fail(f"guests may assume {role} and do {', '.join(actions[:3])}", "unauthenticated", evidence)


def _cognito(statement: Statement) -> str:
    for principal in statement.principals or ():
        if principal.type == "Federated" and (issuer := issuer_of(principal.id)).startswith("cognito-identity"):
            return issuer
    return ""


def _named_pools(document: Document, issuer: str) -> list[str]:
    """The pools that conditions name whole; patterns are another check's."""
    conditions = (c for s in document.allowing() for c in s.conditions)
    named = {value for c in conditions if c.key == f"{issuer}:aud" and not c.negated for value in c.values}
    return sorted(pool for pool in named if "*" not in pool and "?" not in pool)


def _foreign_pools(resource: Resource, pools: Iterable[str], context: Context) -> Iterator[Result]:
    """Pools of a region that was not read may be the account's or not."""
    for pool in pools:
        own = _is_own(pool, context)
        if own is None:
            yield Unknown(f"identity pool {pool} is in {_region(pool)}, which is not audited", _POOLS)
        elif not own:
            yield Fail(f"{resource.name} is open to identity pool {pool}, which is not here", pool, {"pool": pool})


def _is_own(pool: str, context: Context) -> bool | None:
    """Whether the account has the pool; None if its region is not audited. Raises Unreadable."""
    if _region(pool) not in context.data.regions:
        return None
    listed = (context.data.answer(_POOLS, _region(pool)) or {}).get("IdentityPools", [])
    return pool in {item["IdentityPoolId"] for item in listed}


def _region(pool: str) -> str:
    """A pool's id begins with its region."""
    return pool.partition(":")[0]


def _lets_guests_in(document: Document, issuer: str, audience: Alternatives = FREE) -> bool:
    """True if nothing in the trust policy keeps out guests, of a pool if the audience is one."""
    facts = Facts({f"{issuer}:amr": (("unauthenticated",),), f"{issuer}:aud": audience}, FREE)
    request = Asked(_ACTION, "", Caller("Federated", id=issuer), facts)
    return decide_statements(document.statements, request) is not Truth.NO


def _has_guests(document: Document, issuer: str, context: Context, *, classic: bool = False) -> bool:
    """True if a condition names guests, or if an own pool that lets its guests through has some; `classic`: in the classic flow,
    which a pool that is none of ours may have. Raises Unreadable if only a pool that could not be read may have some."""
    named, pools = _names_guests(document, issuer), _named_pools(document, issuer)
    if named and not (classic and pools and all(_is_own(pool, context) for pool in pools)):
        return True
    unread: Unreadable | None = None
    for pool in pools:
        if _is_own(pool, context) and _lets_guests_in(document, issuer, ((pool,),)):
            try:
                if _admits_guests(pool, context, named=named, classic=classic):
                    return True
            except Unreadable as problem:
                unread = problem
    if unread is not None:
        raise unread
    return False


def _names_guests(document: Document, issuer: str) -> bool:
    conditions = (c for s in document.allowing() for c in s.conditions)
    return any(c.key == f"{issuer}:amr" and not c.negated and "unauthenticated" in c.values for c in conditions)


def _admits_guests(pool: str, context: Context, *, named: bool, classic: bool) -> bool:
    """A pool that has been deleted since it was listed admits nobody."""
    try:
        answer = context.data.answer(_POOL, _region(pool), {"IdentityPoolId": pool}) or {}
    except Gone:
        return False
    guests = named or answer.get("AllowUnauthenticatedIdentities") is True
    return guests and (not classic or answer.get("AllowClassicFlow") is True)


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


def _meets(pattern: str, action: str) -> bool:
    """Whether some action is covered by both; what NotAction leaves is more than anybody has listed."""
    return action == "NotAction" or match(wild(pattern.lower()), wild(action.lower())) is not Truth.NO
