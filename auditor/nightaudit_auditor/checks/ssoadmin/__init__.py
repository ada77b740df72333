"""IAM Identity Center: who is an administrator of which accounts through it."""

from nightaudit_auditor.checks.ssoadmin import assignments

__all__ = ["assignments"]
