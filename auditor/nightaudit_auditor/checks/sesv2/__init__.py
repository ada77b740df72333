"""SES: who may send in an identity's name."""

from nightaudit_auditor.checks.sesv2 import identities

__all__ = ["identities"]
