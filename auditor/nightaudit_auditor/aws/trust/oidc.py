"""Web identity trust: does the role accept the tokens of one tenant of an issuer, or of all of them?

The subjects' formats are those that the issuers document: GitHub "OpenID Connect reference" (since 2026-07-15 also
`repo:org@id/repo@id:…`; its `job_workflow_ref` names the workflow that is called, which may be anybody's, not its caller), GitLab "ID token payload", HCP Terraform "Workload identity tokens", Buildkite and Vercel "OIDC";
for clusters, Kubernetes "Service account token". Read on 2026-11-26: Pulumi "Configuring OIDC: AWS", whose audience is the
organization, with or without `aws:` before it; GitHub "REST API: Actions OIDC", by which an enterprise has an issuer of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nightaudit_auditor.aws.policy import Condition, Document, Statement, Truth
from nightaudit_auditor.aws.policy.match import match_action
from nightaudit_auditor.aws.policy.truth import some

_ACTION = "sts:AssumeRoleWithWebIdentity"
_PROVIDER = ":oidc-provider/"
_WHOLE = re.compile(r"[^*?]+\Z")
_OWNED = re.compile(r"[^/*?]+/")
_ORGANIZATION = re.compile(r"organization:[^:*?]+:")


@dataclass(frozen=True)
class Issuer:
    """How tokens of an issuer name their tenant: claim → what a value must begin with, before its first wildcard."""

    claims: dict[str, re.Pattern[str]]
    multi_tenant: bool = True


_GITHUB = {
    "sub": re.compile(
        r"(?:[^*?]*:)?(?:repo:[^/*?]+/|repository:[^/*?]+/|repository_owner:[^:*?]+(?::|\Z)"
        r"|(?:repository|repository_owner|enterprise)_id:\d+(?::|\Z))"
    ),
    "repository": _OWNED,
    "repository_owner": _WHOLE,
    "repository_owner_id": _WHOLE,
    "repository_id": _WHOLE,
    "enterprise_id": _WHOLE,
}
_SHARED = "token.actions.githubusercontent.com"
"""GitHub's issuer for everybody; an enterprise's own has a path below it."""
_ISSUERS = {
    _SHARED: Issuer(_GITHUB),
    "gitlab.com": Issuer(
        {
            "sub": re.compile(r"project_path:[^/*?]+/"),
            "project_path": _OWNED,
            "namespace_path": _WHOLE,
            "namespace_id": _WHOLE,
            "project_id": _WHOLE,
        }
    ),
    "app.terraform.io": Issuer({"sub": _ORGANIZATION, "terraform_organization_id": _WHOLE}),
    "agent.buildkite.com": Issuer({"sub": _ORGANIZATION, "organization_id": _WHOLE}),
    "oidc.vercel.com": Issuer({"sub": re.compile(r"owner:[^:*?]+:"), "owner_id": _WHOLE}),
    "api.pulumi.com/oidc": Issuer({"sub": re.compile(r"pulumi:(?:[^*?]+:)?org:[^:*?]+(?::|\Z)"), "aud": _WHOLE}),
    "accounts.google.com": Issuer({"sub": _WHOLE, "aud": _WHOLE, "oaud": _WHOLE}),
    "www.amazon.com": Issuer({"app_id": _WHOLE, "user_id": _WHOLE}),
    "graph.facebook.com": Issuer({"app_id": _WHOLE, "id": _WHOLE}),
}
_COGNITO = Issuer({"aud": _WHOLE, "sub": _WHOLE})
"""Its audience is the identity pool; everybody can have a pool of his own."""
_ENTERPRISE = Issuer(_GITHUB, multi_tenant=False)
"""Of GitHub's issuer for one enterprise: its subjects are GitHub's, and strangers have none."""
_CLUSTER = Issuer({"sub": re.compile(r"system:serviceaccount:[^:*?]+:")}, multi_tenant=False)
_OTHER = Issuer({"sub": re.compile(r"[^*?]")}, multi_tenant=False)


@dataclass(frozen=True)
class Unscoped:
    """An issuer whose tokens are accepted whoever they were made for. `multi_tenant`: strangers can have such tokens."""

    issuer: str
    multi_tenant: bool
    sids: tuple[str, ...]


def unscoped_issuers(document: Document) -> tuple[Unscoped, ...]:
    """The issuers that some Allow statement trusts without naming a tenant, sorted.

    Only conditions that a token must meet count: not `…IfExists`, not `ForAllValues:`, and not the audience where anybody who
    asks for a token chooses it. At Amazon, Cognito, Facebook and Google it is the application that the token was made for.
    """
    found: dict[str, list[str]] = {}
    for statement in document.allowing():
        if not _web_identity(statement):
            continue
        for principal in statement.principals or ():
            issuer = issuer_of(principal.id) if principal.type == "Federated" else ""
            if not issuer:
                continue
            if not _scoped(statement, issuer) and not any(_shuts(deny, issuer) for deny in document.denying()):
                found.setdefault(issuer, []).append(statement.sid)
    return tuple(Unscoped(issuer, _issuer(issuer).multi_tenant, tuple(sids)) for issuer, sids in sorted(found.items()))


def issuer_of(provider: str) -> str:
    """The issuer (host and path) of a Federated principal or provider ARN; empty for SAML providers."""
    if _PROVIDER in provider:
        return provider.split(_PROVIDER, 1)[1].lower()
    return "" if provider.startswith("arn:") else provider.lower()


def _issuer(issuer: str) -> Issuer:
    if issuer == "*":
        return Issuer({})
    if issuer in _ISSUERS:
        return _ISSUERS[issuer]
    if issuer.startswith("cognito-identity") and issuer.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return _COGNITO
    if issuer.startswith(f"{_SHARED}/"):
        return _ENTERPRISE
    return _CLUSTER if issuer.startswith(("oidc.eks.", "oidc-eks.")) else _OTHER


def _web_identity(statement: Statement) -> bool:
    if statement.actions is not None:
        return some(match_action(a, _ACTION) for a in statement.actions) is not Truth.NO
    return some(match_action(a, _ACTION) for a in statement.not_actions or ()) is not Truth.YES


def _scoped(statement: Statement, issuer: str) -> bool:
    return any(
        _must_be_there(c) and (_names_tenant(c, issuer) or _is_anothers(c, issuer)) for c in statement.conditions
    )


def _must_be_there(condition: Condition) -> bool:
    """Whether a token that lacks the claim is refused."""
    return not condition.negated and not condition.if_exists and condition.quantifier != "ForAllValues"


def _is_anothers(condition: Condition, issuer: str) -> bool:
    """A claim of another issuer's tokens, which those of this one lack: the statement is not for them."""
    prefix = condition.key.rpartition(":")[0]
    return "." in prefix and issuer not in (prefix, "*") and condition.operator.startswith("String")


def _shuts(deny: Statement, issuer: str) -> bool:
    """A Deny of every token but those of a tenant: one Not… condition, for this issuer or for everybody."""
    if not _web_identity(deny) or len(deny.conditions) != 1:
        return False
    names = deny.principals is None or any(p.id == "*" or issuer_of(p.id) == issuer for p in deny.principals)
    return names and deny.conditions[0].negated and _names_tenant(deny.conditions[0], issuer)


def _names_tenant(condition: Condition, issuer: str) -> bool:
    prefix, _, claim = condition.key.rpartition(":")
    pattern = _issuer(issuer).claims.get(claim) if prefix == issuer else None
    if pattern is None or not condition.operator.startswith("String") or not condition.values:
        return False
    # What a stranger's repository may have for its subject is for its owner to say: an environment or a branch alone, or nothing
    # but the workflow that it calls.
    exact = "Equals" in condition.operator and issuer != _SHARED
    return all(
        pattern.match(value) is not None or (exact and not value.startswith("job_workflow_ref:"))
        for value in condition.values
    )
