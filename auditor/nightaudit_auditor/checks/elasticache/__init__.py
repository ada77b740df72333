"""ElastiCache: caches that ask nobody who he is."""

from nightaudit_auditor.checks.elasticache import access

__all__ = ["access"]
