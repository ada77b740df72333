"""Amazon MQ: brokers on the Internet."""

from nightaudit_auditor.checks.mq import brokers

__all__ = ["brokers"]
