"""Whom the trust policies of roles let in: anyone, strangers, vendors, and the tokens of identity providers."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.checks.registry import Severity
from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import (
    NO_ORGANIZATION,
    OWN,
    SISTER,
    STRANGER,
    Case,
    Settings,
    organization,
)
from tests.unit.checks.iam.build import (
    MALFORMED,
    MFA,
    SSO,
    UNKNOWN_ORGANIZATION,
    UNREAD,
    Accounts,
    role,
    trusting,
    world,
)
from tests.unit.checks.shapes import hardened, planted, unreadable

DATADOG = "464622532012"
EXTERNAL = {"StringEquals": {"sts:ExternalId": "s3cr3t"}}
BAD_TRUST = world(role() | {"AssumeRolePolicyDocument": MALFORMED})


def _trust(*statements: dict[str, Any], extra: tuple[Record, ...] = NO_ORGANIZATION) -> Accounts:
    return world(role(*statements), extra=extra)


ANYONE, UNKNOWN_ACCOUNT = "IAM_ROLE_ASSUMABLE_BY_ANYONE", "IAM_ROLE_TRUSTS_UNKNOWN_ACCOUNT"
VENDOR = "IAM_ROLE_VENDOR_NO_EXTERNAL_ID"
TRUST_CASES = [
    planted(ANYONE, "a star", _trust(trusting({"AWS": "*"}))),
    planted(ANYONE, "NotPrincipal", _trust({"Effect": "Allow", "NotPrincipal": {"AWS": STRANGER}, "Action": "sts:AssumeRole"})),
    planted(ANYONE, "MFA as the only condition", _trust(trusting("*", MFA))),
    planted(ANYONE, "a role's name that anybody can choose", _trust(trusting("*", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}))),
    planted(ANYONE, "an external id, which is no secret", _trust(trusting("*", EXTERNAL)), severity=Severity.HIGH),
    planted(ANYONE, "an external id that may be any", _trust(trusting("*", {"StringLike": {"sts:ExternalId": "?*"}})), severity=Severity.CRITICAL),
    planted(ANYONE, "until a day that is far off, and from one that is to come", _trust(trusting("*", {"DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}), trusting("*", {"DateGreaterThan": {"aws:CurrentTime": "2098-01-01"}}))),
    hardened(ANYONE, "until a day that is long past, by either clock", _trust(trusting("*", {"DateLessThan": {"aws:CurrentTime": "2020-01-01"}}), trusting("*", {"NumericLessThan": {"aws:EpochTime": "1577836800"}}))),
    hardened(ANYONE, "denied to all since a day that is long past", _trust(trusting("*"), {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}}})),
    hardened(ANYONE, "the organization", _trust(trusting("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}))),
    hardened(ANYONE, "a Deny of all others", _trust(trusting("*"), {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWN}}})),
    hardened(ANYONE, "the own account, a service, a stranger", _trust(trusting({"AWS": [OWN, STRANGER], "Service": "ec2.amazonaws.com"}))),
    unreadable(ANYONE, "denied", UNREAD),
    unreadable(ANYONE, "a trust policy that is not JSON", BAD_TRUST),
    planted(UNKNOWN_ACCOUNT, "two strangers are two findings", _trust(trusting({"AWS": [STRANGER, f"arn:aws:iam::{STRANGER[:-1]}8:role/x"]})), finds=(STRANGER, f"{STRANGER[:-1]}8")),
    planted(UNKNOWN_ACCOUNT, "a condition names him", _trust(trusting("*", {"StringEquals": {"aws:PrincipalAccount": STRANGER}})), finds=(STRANGER,)),
    planted(UNKNOWN_ACCOUNT, "with an external id all the same", _trust(trusting({"AWS": STRANGER}, EXTERNAL)), finds=(STRANGER,)),
    planted(UNKNOWN_ACCOUNT, "a foreign organization", _trust(trusting("*", {"StringEquals": {"aws:PrincipalOrgID": "o-foreign0000"}}), extra=organization(OWN)), finds=("o-foreign0000",)),
    planted(UNKNOWN_ACCOUNT, "vendors are not trusted here", _trust(trusting({"AWS": DATADOG})), finds=(DATADOG,), settings=Settings(known_vendors=False)),
    hardened(UNKNOWN_ACCOUNT, "own, organization, trusted, vendor, denied", _trust(
        trusting({"AWS": [OWN, SISTER, "444444444444", DATADOG, STRANGER]}), {"Effect": "Deny", "Principal": {"AWS": STRANGER}, "Action": "sts:*"},
        extra=organization(SISTER, OWN)), settings=Settings(trusted_accounts=frozenset({"444444444444"}))),
    hardened(UNKNOWN_ACCOUNT, "the organization was unreadable, but nobody foreign is named", _trust(extra=UNKNOWN_ORGANIZATION)),
    unreadable(UNKNOWN_ACCOUNT, "he may be of the organization, which could not be read", _trust(trusting({"AWS": STRANGER}), extra=UNKNOWN_ORGANIZATION)),
    unreadable(UNKNOWN_ACCOUNT, "denied", UNREAD),
    planted(VENDOR, "a known vendor", _trust(trusting({"AWS": f"arn:aws:iam::{DATADOG}:root"})), finds=(DATADOG,)),
    planted(VENDOR, "a known vendor, though the organization could not be read", _trust(trusting({"AWS": DATADOG}), extra=UNKNOWN_ORGANIZATION), finds=(DATADOG,)),
    planted(VENDOR, "a trusted account that is not of the organization", _trust(trusting({"AWS": "444444444444"}), extra=organization(OWN)), finds=("444444444444",), settings=Settings(trusted_accounts=frozenset({"444444444444"}))),
    planted(VENDOR, "IfExists asks for nothing", _trust(trusting({"AWS": DATADOG}, {"StringEqualsIfExists": {"sts:ExternalId": "x"}})), finds=(DATADOG,)),
    planted(VENDOR, "any external id will do", _trust(trusting({"AWS": DATADOG}, {"StringLike": {"sts:ExternalId": "*"}})), finds=(DATADOG,)),
    planted(VENDOR, "there must be an external id, whatever it is", _trust(trusting({"AWS": DATADOG}, {"Null": {"sts:ExternalId": "false"}})), finds=(DATADOG,)),
    hardened(VENDOR, "an external id that begins with a secret", _trust(trusting({"AWS": DATADOG}, {"StringLike": {"sts:ExternalId": "acme-5f2c-*"}}))),
    hardened(VENDOR, "whoever names none is denied, and so is any other", _trust(trusting({"AWS": DATADOG}, {"Null": {"sts:ExternalId": "false"}}), {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"sts:ExternalId": "acme-5f2c"}}})),
    hardened(VENDOR, "a service for a vendor, which has no external id to name", _trust(trusting({"Service": "config.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": DATADOG}}))),
    hardened(VENDOR, "until a day that is long past", _trust(trusting({"AWS": DATADOG}, {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))),
    hardened(VENDOR, "an external id; the organization needs none; a stranger is another check's", _trust(
        trusting({"AWS": DATADOG}, EXTERNAL), trusting({"AWS": [SISTER, OWN, STRANGER]}), extra=organization(OWN, SISTER))),
    unreadable(VENDOR, "denied", UNREAD),
    unreadable(VENDOR, "the trusted account may be of the organization", _trust(trusting({"AWS": "444444444444"}), extra=UNKNOWN_ORGANIZATION), settings=Settings(trusted_accounts=frozenset({"444444444444"}))),
]  # fmt: skip

# -- federation --
GITHUB, CLUSTER = "token.actions.githubusercontent.com", "oidc.eks.eu-west-1.amazonaws.com/id/abcdef"
OIDC = "IAM_ROLE_OIDC_UNSCOPED_SUBJECT"


def _oidc(issuer: str, *conditions: tuple[str, str, Any], more: tuple[dict[str, Any], ...] = ()) -> Accounts:
    block: dict[str, dict[str, Any]] = {}
    for operator, claim, values in conditions:
        block.setdefault(operator, {})[f"{issuer}:{claim}"] = values
    provider = {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/{issuer}"}
    return _trust(trusting(provider, block, "sts:AssumeRoleWithWebIdentity"), *more)


def _beside(issuer: str, other: str, condition: tuple[str, str, Any]) -> Accounts:
    """Two issuers in one statement, with a condition on a claim of the first."""
    operator, claim, values = condition
    providers = {"Federated": [f"arn:aws:iam::{OWN}:oidc-provider/{name}" for name in (issuer, other)]}
    return _trust(trusting(providers, {operator: {f"{issuer}:{claim}": values}}, "sts:AssumeRoleWithWebIdentity"))


PULUMI = "api.pulumi.com/oidc"
AUD = ("StringEquals", "aud", "sts.amazonaws.com")
UNSCOPED: dict[str, tuple[str, str, Any]] = {
    "no subject": AUD,
    "a star": ("StringLike", "sub", "*"),
    "any repository": ("StringLike", "sub", "repo:*"),
    "an organization without its slash": ("StringLike", "sub", "repo:acme*"),
    "any organization's repository": ("StringLike", "sub", "repo:*/x:ref:refs/heads/main"),
    "a question mark": ("StringLike", "sub", "repo:?cme/x:*"),
    "one of two values": ("StringLike", "sub", ["repo:acme/x:*", "repo:*"]),
    "IfExists": ("StringLikeIfExists", "sub", "repo:acme/x:*"),
    "ForAllValues": ("ForAllValues:StringLike", "sub", "repo:acme/x:*"),
    "all but one": ("StringNotLike", "sub", "repo:evil/*"),
    "the branch alone": ("StringLike", "sub", "*:ref:refs/heads/main"),
    "the called workflow": (
        "StringEquals",
        "job_workflow_ref",
        "acme/shared/.github/workflows/deploy.yml@refs/heads/main",
    ),
    "the called workflow as the subject": (
        "StringEquals",
        "sub",
        "job_workflow_ref:acme/shared/.github/workflows/deploy.yml@refs/heads/main",
    ),
    "the called workflow as a pattern of the subject": ("StringLike", "sub", "job_workflow_ref:acme/shared/*"),
    "an environment as the subject": ("StringEquals", "sub", "environment:prod"),
    "a branch as the subject": ("StringEquals", "sub", "ref:refs/heads/main"),
    "owners that begin so": ("StringLike", "repository_owner", "acme*"),
}
SCOPED: dict[str, tuple[str, str, Any]] = {
    "a repository": ("StringLike", "sub", "repo:acme/x:*"),
    "an organization": ("StringLike", "sub", ["repo:acme/*", "repo:acme-labs/y:ref:refs/heads/main"]),
    "ids, as GitHub writes them since 2026": ("StringLike", "sub", "repo:acme@123/x@456:*"),
    "exactly": ("StringEquals", "sub", "repo:acme/x:environment:prod"),
    "for any value": ("ForAnyValue:StringLike", "sub", "repo:acme/x:*"),
    "a customised subject": ("StringLike", "sub", "repository_owner_id:123:*"),
    "the caller and the called workflow": ("StringLike", "sub", "repo:acme/x:job_workflow_ref:acme/shared/*"),
    "the owner's claim": ("StringEquals", "repository_owner", "acme"),
}
DENY_OTHERS = {
    "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringNotLike": {f"{GITHUB}:sub": "repo:acme/*"}},
}  # fmt: skip
COGNITO = "cognito-identity.amazonaws.com"
APPLICATIONS = {
    COGNITO: "aud", "cognito-identity-us-gov.amazonaws.com": "aud", "cognito-identity.cn-north-1.amazonaws.com.cn": "aud",
    "accounts.google.com": "aud", "www.amazon.com": "app_id", "graph.facebook.com": "app_id",
}  # fmt: skip


def _application(
    issuer: str, claim: str | None, operator: str = "StringEquals", value: str = "eu-central-1:5f1c"
) -> Accounts:
    """A role that federates with an issuer that AWS knows without a provider of the account's."""
    block = {operator: {f"{issuer}:{claim}": value}} if claim else {}
    return _trust(trusting({"Federated": issuer}, block, "sts:AssumeRoleWithWebIdentity"))


OIDC_CASES = [
    *(planted(OIDC, f"GitHub: {why}", _oidc(GITHUB, AUD, condition), finds=(GITHUB,)) for why, condition in UNSCOPED.items()),
    *(hardened(OIDC, f"GitHub: {why}", _oidc(GITHUB, AUD, condition)) for why, condition in SCOPED.items()),
    hardened(OIDC, "GitHub: a Deny of all others", _oidc(GITHUB, AUD, more=(DENY_OTHERS,))),
    planted(OIDC, "GitLab: any project", _oidc("gitlab.com", ("StringLike", "sub", "project_path:*")), finds=("gitlab.com",)),
    hardened(OIDC, "GitLab: a group", _oidc("gitlab.com", ("StringLike", "sub", "project_path:acme/*:ref_type:branch:ref:main"))),
    planted(OIDC, "Terraform: an organization that begins so", _oidc("app.terraform.io", ("StringLike", "sub", "organization:acme*")), finds=("app.terraform.io",)),
    hardened(OIDC, "Terraform: an organization", _oidc("app.terraform.io", ("StringLike", "sub", "organization:acme:project:*"))),
    planted(OIDC, "the own cluster, any service account", _oidc(CLUSTER, AUD), finds=(CLUSTER,), severity=Severity.HIGH),
    planted(OIDC, "the own cluster, any namespace", _oidc(CLUSTER, ("StringLike", "sub", "system:serviceaccount:*:deployer")), finds=(CLUSTER,), severity=Severity.HIGH),
    hardened(OIDC, "the own cluster, one service account", _oidc(CLUSTER, ("StringEquals", "sub", "system:serviceaccount:a:b"))),
    hardened(OIDC, "GitHub: the called workflow beside its caller's owner", _oidc(GITHUB, ("StringLike", "job_workflow_ref", "acme/shared/*"), ("StringEquals", "repository_owner", "acme"))),
    hardened(OIDC, "SAML has no token issuer", _trust(trusting({"Federated": SSO}, action="sts:AssumeRoleWithSAML"))),
    *(planted(OIDC, f"{issuer}: any application", _application(issuer, None), finds=(issuer,)) for issuer in APPLICATIONS),
    *(planted(OIDC, f"{issuer}: applications that begin so", _application(issuer, claim, "StringLike", "eu-central-1:*"), finds=(issuer,)) for issuer, claim in APPLICATIONS.items()),
    *(hardened(OIDC, f"{issuer}: one application", _application(issuer, claim)) for issuer, claim in APPLICATIONS.items()),
    planted(OIDC, "Cognito: whoever logged in, at any pool", _application(COGNITO, "amr", "ForAnyValue:StringLike", "authenticated"), finds=(COGNITO,)),
    *(hardened(OIDC, f"GitLab's beside GitHub's, whose claim its tokens lack: {why}", _beside(GITHUB, "gitlab.com", condition)) for why, condition in SCOPED.items()),
    planted(OIDC, "GitLab's beside GitHub's, whose claim may be missing", _beside(GITHUB, "gitlab.com", ("StringLikeIfExists", "sub", "repo:acme/x:*")), finds=(GITHUB, "gitlab.com")),
    planted(OIDC, "GitHub's beside GitLab's: any of its own", _beside(GITHUB, "gitlab.com", ("StringLike", "sub", "repo:*")), finds=(GITHUB,)),
    planted(OIDC, "GitLab's beside GitHub's, whose claim must be missing", _beside(GITHUB, "gitlab.com", ("Null", "sub", "true")), finds=(GITHUB, "gitlab.com")),
    planted(OIDC, "Pulumi: any organization", _oidc(PULUMI, ("StringLike", "sub", "pulumi:deploy:org:*")), finds=(PULUMI,)),
    planted(OIDC, "Pulumi: an organization that begins so", _oidc(PULUMI, ("StringLike", "aud", "acme*")), finds=(PULUMI,)),
    hardened(OIDC, "Pulumi: an organization's deployments", _oidc(PULUMI, ("StringLike", "sub", "pulumi:deploy:org:acme:project:*"))),
    hardened(OIDC, "Pulumi: the audience is the organization", _oidc(PULUMI, ("StringEquals", "aud", "aws:acme"))),
    planted(OIDC, "GitHub for an enterprise: any of its repositories", _oidc(f"{GITHUB}/acme", ("StringLike", "sub", "repo:*")), finds=(f"{GITHUB}/acme",), severity=Severity.HIGH),
    hardened(OIDC, "GitHub for an enterprise: one repository", _oidc(f"{GITHUB}/acme", ("StringLike", "sub", "repo:acme/x:*"))),
    unreadable(OIDC, "denied", UNREAD),
    unreadable(OIDC, "a trust policy that is not JSON", BAD_TRUST),
]  # fmt: skip

CASES: list[Case] = [*TRUST_CASES, *OIDC_CASES]
