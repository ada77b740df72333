"""Checks of EC2 and EBS: what is reachable, what is shared, what is in the clear."""

from nightaudit_auditor.checks.ec2 import ebs, instances, public, security_groups

__all__ = ["ebs", "instances", "public", "security_groups"]
