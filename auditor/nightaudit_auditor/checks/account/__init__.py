"""Account Management: whom AWS calls."""

from nightaudit_auditor.checks.account import contacts

__all__ = ["contacts"]
