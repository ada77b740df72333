"""EMR: what keeps clusters from being opened to the Internet."""

from nightaudit_auditor.checks.emr import block

__all__ = ["block"]
