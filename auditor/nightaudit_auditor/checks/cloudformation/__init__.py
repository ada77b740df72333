"""CloudFormation: what stacks and their templates give away."""

from nightaudit_auditor.checks.cloudformation import outputs, templates

__all__ = ["outputs", "templates"]
