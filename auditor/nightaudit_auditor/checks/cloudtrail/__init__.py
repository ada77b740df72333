"""Checks of CloudTrail: is everything recorded, and does the record arrive."""

from nightaudit_auditor.checks.cloudtrail import health, recording

__all__ = ["health", "recording"]
