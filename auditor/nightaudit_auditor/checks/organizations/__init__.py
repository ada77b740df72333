"""Checks of AWS Organizations."""

from nightaudit_auditor.checks.organizations import coverage

__all__ = ["coverage"]
