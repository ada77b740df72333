"""Checks of EC2, EBS and VPC: what is reachable, what is shared, what is in the clear."""

from nightaudit_auditor.checks.ec2 import (
    ebs,
    images,
    instances,
    privileged,
    public,
    security_groups,
    suspect,
    user_data,
    vpcs,
)

__all__ = [
    "ebs",
    "images",
    "instances",
    "privileged",
    "public",
    "security_groups",
    "suspect",
    "user_data",
    "vpcs",
]
