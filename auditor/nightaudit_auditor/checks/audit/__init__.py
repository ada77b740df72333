"""The AUDIT_* checks: what the auditor says of itself, so that what it could not see is never silent."""

from nightaudit_auditor.checks.audit import collection, discovery, exceptions

__all__ = ["collection", "discovery", "exceptions"]
