"""Checks of GuardDuty."""

from nightaudit_auditor.checks.guardduty import detectors

__all__ = ["detectors"]
