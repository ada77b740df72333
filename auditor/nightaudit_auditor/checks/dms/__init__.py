"""DMS: replication instances on the Internet."""

from nightaudit_auditor.checks.dms import instances

__all__ = ["instances"]
