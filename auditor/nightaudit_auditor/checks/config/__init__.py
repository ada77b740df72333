"""AWS Config: whether it records."""

from nightaudit_auditor.checks.config import recorders

__all__ = ["recorders"]
