"""Which store an address means."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from nightaudit_auditor.manifests.types import S3Storage
from nightaudit_auditor.storage.local import LocalStore
from nightaudit_auditor.storage.s3 import S3Store
from nightaudit_auditor.storage.store import StorageError, Store


def open_store(storage: S3Storage, override: str | None) -> Store:
    """The store of the schedule, or of `--storage` (`file:///folder`, `s3://bucket/prefix`)."""
    if override is None:
        return S3Store(storage)
    address = urlsplit(override)
    if address.scheme == "file" and not address.netloc and address.path:
        return LocalStore(Path(unquote(address.path)))
    if address.scheme == "s3" and address.netloc:
        region = storage.region if address.netloc == storage.bucket else ""
        return S3Store(
            S3Storage(
                bucket=address.netloc, prefix=address.path.strip("/"), region=region, kms_key_id=storage.kms_key_id
            )
        )
    raise StorageError(f"--storage {override}: must be file:///folder or s3://bucket/prefix", configuration=True)
