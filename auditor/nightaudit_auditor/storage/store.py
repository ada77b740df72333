"""What the rest of the auditor asks of a store, and which store an address means."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from nightaudit_auditor.manifests.types import S3Storage


class StorageError(Exception):
    """The store cannot be used. `configuration`: a human must change the schedule or the bucket; a retry cannot help."""

    def __init__(self, message: str, *, configuration: bool = False) -> None:
        super().__init__(message)
        self.configuration = configuration


class AlreadyExists(StorageError):  # noqa: N818 - the state that was found
    """A write-once object is there already: another run has this name."""


class Conflict(StorageError):  # noqa: N818 - the state that was found
    """The object was replaced since it was read."""


class Store(Protocol):
    """Keys are relative to the store's root; every method raises StorageError."""

    def uri(self, key: str) -> str:
        """The address of an object, `s3://…` or `file://…`."""
        ...

    def read(self, key: str) -> tuple[bytes, str] | None:
        """The bytes and their version tag; None if there is no such object."""
        ...

    def create(self, key: str, data: bytes | Path) -> None:
        """Write once (`If-None-Match: *`). Raises AlreadyExists."""
        ...

    def replace(self, key: str, data: bytes, version: str | None) -> str:
        """Replace the version that was read (`If-Match`), or create if that was None; the new version. Raises Conflict."""
        ...

    def posture(self) -> tuple[str, ...]:
        """What is wrong with the safety of the store, a sentence each. Raises StorageError if the world can read it."""
        ...


def open_store(storage: S3Storage, override: str | None) -> Store:
    """The store of the schedule, or of `--storage` (`file:///folder`, `s3://bucket/prefix`)."""
    from nightaudit_auditor.storage.local import LocalStore  # noqa: PLC0415 - each store's libraries load when it is used
    from nightaudit_auditor.storage.s3 import S3Store  # noqa: PLC0415

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
