"""Checks of Route 53."""

from nightaudit_auditor.checks.route53 import zones

__all__ = ["zones"]
