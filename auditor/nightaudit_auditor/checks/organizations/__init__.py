"""Checks of AWS Organizations."""

from nightaudit_auditor.checks.organizations import administration, coverage

__all__ = ["administration", "coverage"]
