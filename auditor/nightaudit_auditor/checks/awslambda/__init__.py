"""Lambda: who may call functions, their URLs and roles, secrets in their environment."""

from nightaudit_auditor.checks.awslambda import access, environment, roles, urls

__all__ = ["access", "environment", "roles", "urls"]
