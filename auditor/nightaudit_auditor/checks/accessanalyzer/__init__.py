"""IAM Access Analyzer: whether it watches."""

from nightaudit_auditor.checks.accessanalyzer import analyzers

__all__ = ["analyzers"]
