"""Checks of GuardDuty."""

from nightaudit_auditor.checks.guardduty import detectors, filters

__all__ = ["detectors", "filters"]
