"""SNS: who may use topics, and who listens to them."""

from nightaudit_auditor.checks.sns import subscriptions, topics

__all__ = ["subscriptions", "topics"]
