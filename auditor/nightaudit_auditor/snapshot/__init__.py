"""Recorded answers of AWS: written, redacted, read back and indexed."""

from nightaudit_auditor.snapshot.index import Account, AccountData, Gone, Unreadable
from nightaudit_auditor.snapshot.record import GLOBAL, Outcome, Record

__all__ = ["GLOBAL", "Account", "AccountData", "Gone", "Outcome", "Record", "Unreadable"]
