"""Checks of AppSync."""

from nightaudit_auditor.checks.appsync import keys

__all__ = ["keys"]
