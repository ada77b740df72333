"""Resource Access Manager: with whom resources are shared."""

from nightaudit_auditor.checks.ram import shares

__all__ = ["shares"]
