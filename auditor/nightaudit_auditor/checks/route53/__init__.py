"""Checks of Route 53: zones that are not ours, here or in our VPCs, and records and delegations that lead to what somebody else may take."""

from nightaudit_auditor.checks.route53 import dangling, vpcs, zones

__all__ = ["dangling", "vpcs", "zones"]
