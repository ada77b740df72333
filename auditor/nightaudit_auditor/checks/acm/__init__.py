"""Checks of certificates."""

from nightaudit_auditor.checks.acm import certificates

__all__ = ["certificates"]
