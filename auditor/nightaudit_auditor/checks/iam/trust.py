"""Whom roles trust: everybody, strangers, vendors without an external id, every tenant of a token issuer."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws import per_account
from nightaudit_auditor.aws.trust import Relation, RoleTrust, role_trust, unscoped_issuers
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.iam.kinds import ROLE, find
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check
from nightaudit_auditor.snapshot import AccountData

_THIRD_PARTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html"
_EDIT = "CLI: aws iam update-assume-role-policy --role-name ROLE --policy-document FILE"


def exposure_of(resource: Resource, context: Context) -> RoleTrust:
    """Whom the role lets in; several checks ask, and it is worked out once. Raises PolicyError."""
    known = _trusts(context.data)
    if resource.arn not in known:
        document = find(context.data, resource).trust.valid
        known[resource.arn] = role_trust(document, context.data.account.id)
    return known[resource.arn]


@per_account
def _trusts(_data: AccountData) -> dict[str, RoleTrust]:
    return {}


@check(
    "IAM_ROLE_ASSUMABLE_BY_ANYONE",
    kind=ROLE,
    title="Anybody with an AWS account can assume a role",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Everything that the role may do is open to the whole world.",
    remediation=f"IAM > Roles > the role > Trust relationships: name the principals that need the role. {_EDIT}",
    terraform="""resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::222222222222:role/app" }
      Action    = "sts:AssumeRole"
    }]
  })
}""",
    aliases=("IAM_ROLE_ALLOWS_ASSUMPTION_FROM_ANYWHERE",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",),
)
def assumable_by_anyone(resource: Resource, context: Context) -> Iterator[Fail]:
    """A stranger gets through the trust policy: its principal is everybody (or everybody but some), and no condition keeps
    strangers out. High if a certain external id is asked for, which is no secret; MFA keeps no stranger out."""
    trust = exposure_of(resource, context)
    if trust.bare.public:
        yield Fail(f"anybody can assume {resource.name}")
    elif trust.any_id.public:
        yield Fail(f"anybody who learns the external id can assume {resource.name}", severity=Severity.HIGH)


@check(
    "IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT",
    kind=ROLE,
    title="A role trusts an account that nobody knows",
    severity=Severity.HIGH,
    tier=Tier.A,
    needs=TRUST,
    risk="A stranger's account can act in this one: a forgotten contractor, or somebody's back door.",
    remediation=f"Remove the account from the trust policy, or vouch for it under trust.accounts in the schedule. {_EDIT}",
    terraform="""resource "aws_iam_role" "reader" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::222222222222:root" } # an account of the organization
      Action    = "sts:AssumeRole"
    }]
  })
}""",
    parameters=VOUCHED_FOR,
    references=(_THIRD_PARTY,),
)
def trusts_unknown_account(resource: Resource, context: Context) -> Iterator[Result]:
    """The trust policy lets in an account (or an organization) that is not one of the own accounts, in the organization, in
    trust.accounts, or a known vendor's."""
    yield from foreign_results(exposure_of(resource, context).any_id, context, f"{resource.name} can be assumed by")


@check(
    "IAM_ROLE_VENDOR_NO_EXTERNAL_ID",
    kind=ROLE,
    title="A role trusts a third party without an external id",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    needs=TRUST,
    risk="Another customer of the vendor can give it this role's ARN as its own and so reach this account (a confused deputy).",
    remediation=f"Agree on an external id with the vendor and ask for it in the condition sts:ExternalId. {_EDIT}",
    terraform="""resource "aws_iam_role" "vendor" {
  name = "vendor"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::333333333333:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}""",
    parameters=VOUCHED_FOR,
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html", _THIRD_PARTY),
)
def vendor_no_external_id(resource: Resource, context: Context) -> Iterator[Result]:
    """A third party that is trusted (a known vendor, or an account of trust.accounts outside of the organization) can assume
    the role without naming an external id, or with any that it makes up (a condition on it that every value meets)."""
    doubtful = []
    for account, grant in exposure_of(resource, context).bare.accounts.items():
        who = context.trust.classify(account)
        if who.relation is Relation.TRUSTED and context.trust.unread is not None:
            doubtful.append(account)
        elif who.relation in (Relation.VENDOR, Relation.TRUSTED):
            name = f"{who.name} ({account})" if who.name else account
            yield Fail(
                f"{name} can assume {resource.name} without an external id",
                account,
                {"account": account, "vendor": who.name, "principals": sorted(grant.principals)},
            )
    if doubtful and context.trust.unread is not None:
        reason = f"{', '.join(doubtful)} may belong to the organization, whose accounts could not be read"
        yield Unknown(reason, context.trust.unread.operation)


@check(
    "IAM_ROLE_OIDC_UNSCOPED_SUBJECT",
    kind=ROLE,
    title="A role accepts the tokens of every tenant of an identity provider",
    severity=Severity.CRITICAL,
    tier=Tier.A,
    risk="Anybody who can have such a token made, at GitHub by a repository of his own, can assume the role.",
    remediation=f"Ask for the subject in a condition: StringLike ISSUER:sub repo:ORGANIZATION/REPOSITORY:*. {_EDIT}",
    terraform="""resource "aws_iam_role" "deploy" {
  name = "deploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:example/app:ref:refs/heads/main"
        }
      }
    }]
  })
}""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",),
)
def oidc_unscoped_subject(resource: Resource, context: Context) -> Iterator[Fail]:
    """The trust policy federates with a token issuer, and no condition that must hold names one tenant by its subject (or by a
    claim such as the repository's owner). Critical where strangers can have such tokens, High for a cluster's own issuer."""
    for found in unscoped_issuers(find(context.data, resource).trust.valid):
        whose = "any tenant" if found.multi_tenant else "any subject"
        yield Fail(
            f"{resource.name} accepts tokens of {found.issuer} for {whose}",
            found.issuer,
            {"issuer": found.issuer, "statements": list(found.sids)},
            severity=None if found.multi_tenant else Severity.HIGH,
        )
