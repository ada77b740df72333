"""Systems Manager: with whom documents are shared."""

from nightaudit_auditor.checks.ssm import documents

__all__ = ["documents"]
