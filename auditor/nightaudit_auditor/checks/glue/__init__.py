"""Glue: whom the Data Catalog's policy lets in."""

from nightaudit_auditor.checks.glue import catalog

__all__ = ["catalog"]
