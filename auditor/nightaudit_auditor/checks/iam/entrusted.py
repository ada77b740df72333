"""Powerful roles, and who besides their holders can come to act as them."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy import Caller, Facts, Grant, PolicyError, Request, Truth, decide
from nightaudit_auditor.aws.principals import (
    COMPUTE_SERVICES,
    Identity,
    Power,
    allows,
    is_linked,
)
from nightaudit_auditor.aws.trust import issuer_of
from nightaudit_auditor.checks.foreign import TRUST, VOUCHED_FOR, foreign_results
from nightaudit_auditor.checks.iam.expected import is_expected, is_set_up
from nightaudit_auditor.checks.iam.kinds import ROLE, find
from nightaudit_auditor.checks.iam.rosters import power, roster, scp
from nightaudit_auditor.checks.iam.trust import exposure_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check

_EXFILTRATION = (("s3:ListAllMyBuckets", "s3:::*"), ("s3:GetObject", "s3:::no-bucket-is-called-so/object"))
_TERRAFORM = """resource "aws_iam_role" "worker" {
  name = "worker"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_role.operator.arn } }]
  })
}"""
_REFERENCE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"


@check(
    "IAM_ROLE_ADMIN_UNEXPECTED_TRUST",
    kind=ROLE,
    needs=TRUST,
    title="An administrator's role can be assumed by a workload, or by somebody who is no administrator",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="A flaw in what the workload runs, or the credentials of somebody ordinary, hand out the whole account.",
    remediation=(
        "Console: IAM > Roles > the role > Trust relationships: name only administrators; give the workload a role of its own. "
        "CLI: aws iam update-assume-role-policy --role-name ROLE --policy-document FILE"
    ),
    terraform=_TERRAFORM,
    parameters=("expect.admins", "trust.identityProviders"),
    aliases=("IAM_UNEXPECTED_ADMIN_PRINCIPAL",),
    references=(_REFERENCE,),
)
def admin_unexpected_trust(resource: Resource, context: Context) -> Iterator[Fail]:
    """A role that is an administrator in effect trusts a service that runs what its customers write (EC2, Lambda, ECS, Glue,
    CodeBuild …), a user or role of the account that is no administrator, or somebody of another account; each is a finding, but
    not whom expect.admins matches. So is an identity provider: of a cluster, whose pods are workloads, of builds, or of people,
    however narrow the subject. Expected are providers whose ARN expect.admins matches, and SAML providers that people log in by
    (trust.identityProviders). The own account as a whole does not count (that takes a policy there, too), nor do service-linked
    roles and the roles of AWS's own set-ups with the trust that they were made with."""
    role = find(context.data, resource)
    if power(role, context) is Power.NONE or is_set_up(role, context):
        return
    for service in _services(role, context):
        yield _fail(role, service, f"service {service}", context)
    for provider in _providers(role, context):
        yield _fail(role, provider, f"whom the identity provider {provider} vouches for", context)
    for arn in sorted(roster(context).named_by(role)):
        if _is_ordinary(arn, role, context):
            yield _fail(role, arn, arn, context)
    exposed = exposure_of(resource, context).any_id
    deputies = dict.fromkeys(exposed.deputies, Grant(frozenset()))
    for who, grant in sorted({**deputies, **exposed.accounts, **exposed.organizations}.items()):
        whole = who if who.startswith("o-") else f"arn:{context.data.account.partition}:iam::{who}:root"
        for principal in sorted(grant.principals) or [whole]:
            if not is_expected(principal, context):
                yield _fail(role, principal, principal, context)


@check(
    "IAM_ROLE_S3_EXFIL_UNEXPECTED_TRUST",
    kind=ROLE,
    title="A role that may read every bucket can be assumed by a workload or a stranger",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    needs=TRUST,
    risk="A flaw in what the workload runs, or the stranger's account, hands out all objects of all buckets.",
    remediation=(
        "Console: IAM > Roles > the role > Permissions: name the buckets that it needs, or narrow its trust. "
        "CLI: aws iam put-role-policy --role-name ROLE --policy-name NAME --policy-document FILE"
    ),
    parameters=VOUCHED_FOR,
    aliases=("IAM_UNEXPECTED_S3_EXFIL_PRINCIPAL",),
    references=(_REFERENCE, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"),
)
def s3_exfil_unexpected_trust(resource: Resource, context: Context) -> Iterator[Result]:
    """A role that is no administrator may list all buckets and read objects in any, by its policies, Deny statements and
    boundary, and it trusts a service that runs what its customers write, or an account or organization that nobody vouches for."""
    role = find(context.data, resource)
    if is_linked(role) or power(role, context) is not Power.NONE:
        return
    known = roster(context)
    if not allows(known.known, role, known.account, _EXFILTRATION, known.guardrails, known.organization) or is_set_up(
        role, context
    ):
        return
    for service in _services(role, context):
        yield _fail(role, service, f"service {service}", context, "may read every bucket")
    subject = f"{role.name} may read every bucket and can be assumed by"
    yield from foreign_results(exposure_of(resource, context).any_id, context, subject)


def _services(role: Identity, context: Context) -> list[str]:
    return [s for s in COMPUTE_SERVICES if roster(context).trusts_service(role, s) is not Truth.NO]


def _providers(role: Identity, context: Context) -> list[str]:
    """The identity providers whose tokens or assertions let somebody in, and whom nobody expects to. Raises PolicyError."""
    document = role.trust.valid
    named = {p.id for s in document.allowing() for p in s.principals or () if p.type == "Federated"}
    unexpected = (provider for provider in named if not _is_expected_provider(provider, context))
    return sorted(provider for provider in unexpected if _vouches(role, provider))


def _is_expected_provider(provider: str, context: Context) -> bool:
    logs_in = not issuer_of(provider) and provider in context.settings.identity_providers
    return logs_in or is_expected(provider, context)


def _vouches(role: Identity, provider: str) -> bool:
    action = "sts:AssumeRoleWithWebIdentity" if issuer_of(provider) else "sts:AssumeRoleWithSAML"
    request = Request(action, role.arn, Caller("Federated", id=provider), Facts({}))
    return decide([role.trust.valid], request) is not Truth.NO


def _is_ordinary(arn: str, role: Identity, context: Context) -> bool:
    """True for a user or role of the own account who is let in, no administrator in effect and not expected to be one."""
    known = roster(context)
    actor = known.actors.get(arn)
    if actor is None or is_expected(arn, context):
        return False
    try:
        return known.is_admin(actor) is Truth.NO and known.may_assume(actor, role) is not Truth.NO
    except PolicyError:
        return False  # its own policies are malformed, which the checks of that principal say


def _fail(role: Identity, discriminator: str, who: str, context: Context, what: str = "is an administrator") -> Fail:
    evidence = {"principal": who, "scp": scp(context)}
    return Fail(f"{role.name} {what} and can be assumed by {who}", discriminator, evidence)
