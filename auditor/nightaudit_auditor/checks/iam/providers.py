"""Identity providers: whoever controls one can sign in to every role that trusts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from nightaudit_auditor.aws.principals import authorization
from nightaudit_auditor.aws.principals.authorization import OPERATION as DETAILS
from nightaudit_auditor.aws.trust import issuer_of
from nightaudit_auditor.checks.iam.kinds import PROVIDER
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_IDENTITY_CENTER: Final = re.compile(r"arn:[\w-]+:iam::\d{12}:saml-provider/AWSSSO_[0-9a-f]{16}_DO_NOT_DELETE")
_RESERVED: Final = "/aws-reserved/sso.amazonaws.com/"
"""A path under which AWS alone creates roles."""


@check(
    "IAM_IDP_UNEXPECTED",
    kind=PROVIDER,
    needs=(DETAILS,),
    title="An identity provider that nobody expects is set up",
    severity=Severity.MEDIUM,
    tier=Tier.A,
    risk="Attackers add a provider of their own to keep a way in: its users need no credentials of this account.",
    remediation=(
        "Delete the provider, or list its issuer or ARN under trust.identityProviders in the schedule. "
        "CLI: aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ARN"
    ),
    terraform="""# Nothing sets a provider right that nobody expects: remove its aws_iam_openid_connect_provider or aws_iam_saml_provider, or, if it
# is none of Terraform's, delete it by hand. One that is meant belongs under trust.identityProviders in the schedule.""",
    parameters=("trust.identityProviders",),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html",),
)
def idp_unexpected(resource: Resource, context: Context) -> Iterator[Fail]:
    """A SAML or OpenID Connect provider is not in trust.identityProviders, by issuer or ARN. Without such a list every provider
    is unexpected: it is told once, when it is new.

    The provider that IAM Identity Center sets up in an account passes: it has AWS's name, and a role trusts it that only AWS can
    create.
    """
    issuer = issuer_of(resource.arn)
    names = {resource.arn, issuer, issuer.partition("/")[0]} - {""}
    if names.isdisjoint(context.settings.identity_providers) and not _is_identity_centers(resource.arn, context):
        yield Fail(f"identity provider {resource.name} is not expected", evidence={"issuer": issuer})


def _is_identity_centers(arn: str, context: Context) -> bool:
    """Anybody may name a provider as AWS does. Raises Unreadable and PolicyError."""
    if _IDENTITY_CENTER.fullmatch(arn) is None:
        return False
    reserved = (role for role in authorization(context.data).roles if role.path.startswith(_RESERVED))
    return any(
        (principal.type, principal.id) == ("Federated", arn)
        for role in reserved
        for statement in role.trust.document.allowing()
        for principal in statement.principals or ()
    )
