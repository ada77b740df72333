"""Where runs are kept: an S3 bucket or a local folder, with one layout."""

from nightaudit_auditor.storage.layout import Layout
from nightaudit_auditor.storage.opening import open_store
from nightaudit_auditor.storage.store import AlreadyExists, Conflict, StorageError, Store

__all__ = ["AlreadyExists", "Conflict", "Layout", "StorageError", "Store", "open_store"]
