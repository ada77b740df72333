"""Checks of CloudTrail: is everything recorded, does the record arrive, and is it kept from others."""

from nightaudit_auditor.checks.cloudtrail import buckets, health, recording

__all__ = ["buckets", "health", "recording"]
