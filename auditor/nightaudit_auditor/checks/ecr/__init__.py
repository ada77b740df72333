"""ECR: who may pull images, and who may push them."""

from nightaudit_auditor.checks.ecr import access

__all__ = ["access"]
