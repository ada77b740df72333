"""Checks of registered domains."""

from nightaudit_auditor.checks.route53domains import domains

__all__ = ["domains"]
