"""Checks of RDS, Aurora, DocumentDB and Neptune."""

from nightaudit_auditor.checks.rds import public, snapshots, storage

__all__ = ["public", "snapshots", "storage"]
