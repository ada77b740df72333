"""ECS: what the tasks of services may do, and what their definitions give away."""

from nightaudit_auditor.checks.ecs import tasks

__all__ = ["tasks"]
