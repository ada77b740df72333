"""CloudWatch Logs: which services may write to log groups, and for whom."""

from nightaudit_auditor.checks.logs import policies

__all__ = ["policies"]
