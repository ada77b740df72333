"""Roles that certificates stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.policy import FREE, Caller, Facts, Request, Truth, decide
from nightaudit_auditor.aws.principals import Identity
from nightaudit_auditor.checks.iam.kinds import ROLE, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check
from nightaudit_auditor.snapshot import Account, AccountData, Unreadable

_ANCHORS: Final = "rolesanywhere.list_trust_anchors"
_PROFILES: Final = "rolesanywhere.list_profiles"
_SERVICE: Final = "rolesanywhere.amazonaws.com"
_NAMELESS: Final = "nightaudit-nothing-is-called-so"


@check(
    "ROLESANYWHERE_TRUST_BROAD",
    kind=ROLE,
    title="Any certificate of a trust anchor becomes a role",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=(_ANCHORS, _PROFILES),
    risk="Whoever has any certificate of the authority, a printer's or a laptop's, acts as the role.",
    remediation=(
        "Name the anchor (aws:SourceArn) and the certificate (aws:PrincipalTag/x509Subject/CN) in the trust policy. "
        "Console: IAM > Roles > the role > Trust relationships. "
        "CLI: aws iam update-assume-role-policy --role-name ROLE --policy-document FILE"
    ),
    terraform="""data "aws_iam_policy_document" "anywhere" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    principals {
      type        = "Service"
      identifiers = ["rolesanywhere.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_rolesanywhere_trust_anchor.ci.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/x509Subject/CN"
      values   = ["build-1.example.com"]
    }
  }
}""",
    references=("https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html",),
)
def trust_broad(resource: Resource, context: Context) -> Iterator[Fail]:
    """The trust policy lets Roles Anywhere in for a certificate of which it says nothing, through a trust anchor of some audited
    region that it does not name; and in that region an enabled profile lists the role beside an enabled trust anchor."""
    role = find(context.data, resource)
    if not any(p.id == _SERVICE for s in role.trust.valid.allowing() for p in s.principals or ()):
        return
    unread: Unreadable | None = None
    for region in context.data.regions:
        if not _lets_in(role, context.data.account, region):
            continue
        try:
            reachable = _is_reachable(context.data, region, role.arn)
        except Unreadable as problem:
            unread = problem
            continue
        if reachable:
            yield Fail(
                f"any certificate of a trust anchor in {region} becomes {role.name}", evidence={"region": region}
            )
            return
    if unread is not None:
        raise unread


def _lets_in(role: Identity, account: Account, region: str) -> bool:
    """Whether any certificate of any anchor of the region would do. Raises PolicyError."""
    anchor = f"arn:{account.partition}:rolesanywhere:{region}:{account.id}:trust-anchor/{_NAMELESS}"
    facts = Facts(
        {
            "aws:sourceaccount": ((account.id,),),
            "aws:sourcearn": ((anchor,),),
            "aws:principalisawsservice": (("true",),),
        },
        FREE,
        {"aws:principaltag/": ((_NAMELESS,),), "sts:sourceidentity": ((_NAMELESS,),)},
    )
    request = Request("sts:AssumeRole", role.arn, Caller("Service", id=_SERVICE), facts)
    return decide([role.trust.valid], request) is not Truth.NO


def _is_reachable(data: AccountData, region: str, role: str) -> bool:
    """Raises Unreadable."""
    profiles = (data.answer(_PROFILES, region) or {}).get("profiles", [])
    if not any(profile.get("enabled") and role in profile.get("roleArns", []) for profile in profiles):
        return False
    return any(anchor.get("enabled") for anchor in (data.answer(_ANCHORS, region) or {}).get("trustAnchors", []))
