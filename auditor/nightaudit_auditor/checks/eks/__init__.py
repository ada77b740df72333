"""EKS: who reaches a cluster's API, who is its administrator, what is logged, and whether its version is supported."""

from nightaudit_auditor.checks.eks import access, clusters

__all__ = ["access", "clusters"]
