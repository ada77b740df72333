"""SQS: who may use queues."""

from nightaudit_auditor.checks.sqs import queues

__all__ = ["queues"]
