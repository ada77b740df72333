"""IAM: root, users and their credentials, policies, roles and whom they trust, identity providers."""

from nightaudit_auditor.checks.iam import admins, credentials, passwords, policies, providers, roles, root, trust, users

__all__ = ["admins", "credentials", "passwords", "policies", "providers", "roles", "root", "trust", "users"]
