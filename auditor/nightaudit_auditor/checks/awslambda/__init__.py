"""Lambda: who may call functions, their URLs, secrets in their environment."""

from nightaudit_auditor.checks.awslambda import access, environment, urls

__all__ = ["access", "environment", "urls"]
