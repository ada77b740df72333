"""IAM: root, users and their credentials, policies, roles and whom they trust, identity providers, ways to more privileges."""

from nightaudit_auditor.checks.iam import (
    admins,
    bedrock,
    cognito,
    credentials,
    entrusted,
    escalation,
    lint,
    managed,
    mfa,
    passwords,
    policies,
    providers,
    roles,
    root,
    trust,
    users,
)

__all__ = [
    "admins",
    "bedrock",
    "cognito",
    "credentials",
    "entrusted",
    "escalation",
    "lint",
    "managed",
    "mfa",
    "passwords",
    "policies",
    "providers",
    "roles",
    "root",
    "trust",
    "users",
]
