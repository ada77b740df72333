"""The Night Audit auditor: collects the metadata of AWS accounts, audits the copy, reports what changed."""

from importlib.metadata import version as _version

__version__ = _version("nightaudit")
