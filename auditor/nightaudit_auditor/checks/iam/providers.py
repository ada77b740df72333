"""Identity providers: whoever controls one can sign in to every role that trusts it."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.trust import issuer_of
from nightaudit_auditor.checks.iam.kinds import PROVIDER
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check


@check(
    "IAM_IDP_UNEXPECTED",
    kind=PROVIDER,
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
    is unexpected: it is told once, when it is new."""
    issuer = issuer_of(resource.arn)
    names = {resource.arn, issuer, issuer.partition("/")[0]} - {""}
    if names.isdisjoint(context.settings.identity_providers):
        yield Fail(f"identity provider {resource.name} is not expected", evidence={"issuer": issuer})
