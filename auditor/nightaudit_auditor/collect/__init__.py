"""Ask AWS: the catalogue of operations, and the transport that makes the calls and records how each one ended."""

from nightaudit_auditor.collect.catalogue import CatalogueError, load_catalogue
from nightaudit_auditor.collect.collector import collect
from nightaudit_auditor.collect.pace import Quota, Quotas
from nightaudit_auditor.collect.progress import CallFinished, CollectedAccount, Collection, Progress

__all__ = [
    "CallFinished", "CatalogueError", "CollectedAccount", "Collection", "Progress", "Quota", "Quotas", "collect",
    "load_catalogue",
]  # fmt: skip
