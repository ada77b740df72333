"""Checks of load balancers, classic ones (elb) and the others (elbv2): what they open, and how they speak."""

from nightaudit_auditor.checks.elb import exposure, protocols

__all__ = ["exposure", "protocols"]
