"""IAM Roles Anywhere: which certificates become which roles."""

from nightaudit_auditor.checks.rolesanywhere import trust

__all__ = ["trust"]
