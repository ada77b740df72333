"""Checks of AWS Organizations."""

from nightaudit_auditor.checks.organizations import administration, coverage, departures

__all__ = ["administration", "coverage", "departures"]
