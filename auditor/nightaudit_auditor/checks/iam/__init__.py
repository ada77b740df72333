"""IAM: root, users and their credentials, policies, roles and whom they trust, identity providers, ways to more privileges."""

from nightaudit_auditor.checks.iam import (
    admins,
    credentials,
    escalation,
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
    "credentials",
    "escalation",
    "passwords",
    "policies",
    "providers",
    "roles",
    "root",
    "trust",
    "users",
]
