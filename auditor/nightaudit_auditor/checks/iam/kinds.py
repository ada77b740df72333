"""How IAM's resources are listed: from one answer for entities and policies, from the credential report for credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nightaudit_auditor.aws import per_account
from nightaudit_auditor.aws.principals import Authorization, Identity, PolicyRef, authorization
from nightaudit_auditor.aws.principals.authorization import OPERATION as DETAILS
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Unreadable

REPORT = "iam.get_credential_report"
SUMMARY = "iam.get_account_summary"
PASSWORD_POLICY = "iam.get_account_password_policy"  # noqa: S105 - an operation's name
MFA_DEVICES = "iam.list_virtual_mfa_devices"
SERVICE_CREDENTIALS = "iam.list_service_specific_credentials"
OIDC, SAML = "iam.list_open_id_connect_providers", "iam.list_saml_providers"
ROOT_USER = "<root_account>"


def report_rows(data: AccountData) -> list[dict[str, Any]]:
    """The rows of the credential report, root's included. Raises Unreadable."""
    return list((data.answer(REPORT) or {}).get("Users", []))


def report_row(data: AccountData, user: str) -> dict[str, Any]:
    """The row of a user, or of `ROOT_USER`, in the credential report; empty if there is none. Raises Unreadable."""
    return _rows_by_user(data).get(user, {})


@per_account
def _rows_by_user(data: AccountData) -> dict[str, dict[str, Any]]:
    return {str(row.get("user", "")): row for row in report_rows(data)}


def _credentials(data: AccountData) -> Iterator[Resource | Unreadable]:
    try:
        tags = {user.arn: dict(user.tags) for user in authorization(data).users}
    except Unreadable:
        tags = {}
    for row in report_rows(data):
        if row.get("user") != ROOT_USER:
            arn = str(row["arn"])
            yield Resource(arn, "AWS::IAM::User", str(row["user"]), tags=tags.get(arn, {}), data=row)


CREDENTIALS = Kind("AWS::IAM::User", (REPORT,), _credentials, regional=False)
"""Users as the credential report sees them; `data` is their row."""


def _resource(identity: Identity) -> Resource:
    return Resource(
        identity.arn, f"AWS::IAM::{identity.type}", identity.name, tags=dict(identity.tags), data=dict(identity.raw)
    )


def _users(data: AccountData) -> Iterator[Resource | Unreadable]:
    yield from map(_resource, authorization(data).users)


def _roles(data: AccountData) -> Iterator[Resource | Unreadable]:
    yield from map(_resource, authorization(data).roles)


def _principals(data: AccountData) -> Iterator[Resource | Unreadable]:
    known = authorization(data)
    yield from map(_resource, (*known.users, *known.roles))


def _holders(data: AccountData) -> Iterator[Resource | Unreadable]:
    yield from map(_resource, identities(authorization(data)))


def identities(known: Authorization) -> tuple[Identity, ...]:
    """Users, roles and groups."""
    return (*known.users, *known.roles, *known.groups.values())


USER = Kind("AWS::IAM::User", (DETAILS,), _users, regional=False)
ROLE = Kind("AWS::IAM::Role", (DETAILS,), _roles, regional=False)
PRINCIPAL = Kind("AWS::IAM::User", (DETAILS,), _principals, regional=False)
"""Users and roles: those who act."""
HOLDER = Kind("AWS::IAM::User", (DETAILS,), _holders, regional=False)
"""Users, roles and groups: those to whom policies are attached."""


@per_account
def _by_arn(data: AccountData) -> dict[str, Identity]:
    return {identity.arn: identity for identity in identities(authorization(data))}


def find(data: AccountData, resource: Resource) -> Identity:
    """The identity that a resource of USER, ROLE, PRINCIPAL or HOLDER stands for."""
    return _by_arn(data)[resource.arn]


def _policies(data: AccountData) -> Iterator[Resource | Unreadable]:
    known = authorization(data)
    for policy in known.policies.values():
        holders = known.holders.get(policy.arn, ())
        if not policy.aws and (holders or policy.attachments):
            details = {
                "reference": policy.reference,
                "holders": tuple(holder.arn for holder in holders),
                "inline": False,
            }
            yield Resource(policy.arn, "AWS::IAM::ManagedPolicy", policy.name, data=details)
    for identity in identities(known):
        for inline in identity.inline:
            details = {"reference": inline, "holders": (identity.arn,), "inline": True}
            yield Resource(
                identity.arn, f"AWS::IAM::{identity.type}", identity.name, tags=dict(identity.tags), data=details
            )


POLICY = Kind("AWS::IAM::ManagedPolicy", (DETAILS,), _policies, regional=False)
"""Customer-managed policies that are attached, and inline policies: these are judged under their holder's ARN."""


def policy_of(resource: Resource) -> tuple[PolicyRef, tuple[str, ...], str]:
    """Of a POLICY resource: the policy, its holders' ARNs, and the discriminator that tells one inline policy from another."""
    reference: PolicyRef = resource.data["reference"]
    return reference, resource.data["holders"], reference.name if resource.data["inline"] else ""


def _providers(data: AccountData) -> Iterator[Resource | Unreadable]:
    listings = (
        (OIDC, "OpenIDConnectProviderList", "AWS::IAM::OIDCProvider"),
        (SAML, "SAMLProviderList", "AWS::IAM::SAMLProvider"),
    )
    for operation, member, type_ in listings:
        try:
            answer = data.answer(operation) or {}
        except Unreadable as problem:
            yield problem
            continue
        for entry in answer.get(member, []):
            arn = str(entry["Arn"])
            yield Resource(arn, type_, arn.split("-provider/", 1)[-1], data=dict(entry))


PROVIDER = Kind("AWS::IAM::OIDCProvider", (OIDC, SAML), _providers, regional=False)
