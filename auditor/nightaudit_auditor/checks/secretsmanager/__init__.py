"""Secrets Manager: who may read secrets, and whether they are still rotated."""

from nightaudit_auditor.checks.secretsmanager import policies, rotation

__all__ = ["policies", "rotation"]
