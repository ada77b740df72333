"""AuditSchedules and AuditExceptions: their types, how files become them, what makes them valid, the glob language."""

from __future__ import annotations

from nightaudit_auditor.manifests.documents import Document, read_documents
from nightaudit_auditor.manifests.globs import glob_matches
from nightaudit_auditor.manifests.load import load_exceptions, load_schedule, typed
from nightaudit_auditor.manifests.problems import ManifestError, Problem
from nightaudit_auditor.manifests.selector import selects
from nightaudit_auditor.manifests.settings import UNSAID, CheckSettings
from nightaudit_auditor.manifests.types import AuditException, AuditSchedule
from nightaudit_auditor.manifests.validate import validate

__all__ = [
    "UNSAID",
    "AuditException",
    "AuditSchedule",
    "CheckSettings",
    "Document",
    "ManifestError",
    "Problem",
    "glob_matches",
    "load_exceptions",
    "load_schedule",
    "read_documents",
    "selects",
    "typed",
    "validate",
]
