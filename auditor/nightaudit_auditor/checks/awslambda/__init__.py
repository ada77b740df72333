"""Lambda: who may call functions and use layers, URLs and roles, secrets in the environment."""

from nightaudit_auditor.checks.awslambda import access, environment, layers, roles, urls

__all__ = ["access", "environment", "layers", "roles", "urls"]
