"""CloudFormation: what stacks give away."""

from nightaudit_auditor.checks.cloudformation import outputs

__all__ = ["outputs"]
