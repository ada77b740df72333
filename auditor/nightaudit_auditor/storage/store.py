"""What the rest of the auditor asks of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


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
