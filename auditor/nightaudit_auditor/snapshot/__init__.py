"""Recorded answers of AWS: written, redacted, read back and indexed."""

from nightaudit_auditor.snapshot.errors import SnapshotError
from nightaudit_auditor.snapshot.halves import without_halves
from nightaudit_auditor.snapshot.index import Account, AccountData, Gone, Unreadable
from nightaudit_auditor.snapshot.read import Snapshot, open_organization, open_snapshot, read_account
from nightaudit_auditor.snapshot.record import GLOBAL, REGION_CLOSED, SERVICE_NOT_IN_REGION, DeniedBy, Outcome, Record
from nightaudit_auditor.snapshot.redact import EXAMINED, marked
from nightaudit_auditor.snapshot.turns import NOT_ITS_TURN, Turn
from nightaudit_auditor.snapshot.write import AccountWriter, SnapshotWriter

__all__ = [
    "EXAMINED", "GLOBAL", "NOT_ITS_TURN", "REGION_CLOSED", "SERVICE_NOT_IN_REGION", "Account", "AccountData", "AccountWriter",
    "DeniedBy", "Gone", "Outcome", "Record", "Snapshot", "SnapshotError", "SnapshotWriter", "Turn", "Unreadable", "marked",
    "open_organization", "open_snapshot", "read_account", "without_halves",
]  # fmt: skip
