"""What a run leaves behind for others to read: the summary for the operator and the manifest that commits the run."""

from nightaudit_auditor.documents.manifest import RunManifest, StoredObject
from nightaudit_auditor.documents.summary import RunSummary

__all__ = ["RunManifest", "RunSummary", "StoredObject"]
