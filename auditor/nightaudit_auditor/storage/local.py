"""A local folder as store: the same layout, the same promises."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from nightaudit_auditor.storage.store import AlreadyExists, Conflict, StorageError


class LocalStore:
    """Objects are files below `root`; versions are digests of their bytes. Made for one run at a time on one machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def uri(self, key: str) -> str:
        return (self._root.absolute() / key).as_uri()

    def read(self, key: str) -> tuple[bytes, str] | None:
        try:
            data = (self._root / key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{self._root / key}: {error.strerror}") from error
        return data, sha256(data).hexdigest()

    def create(self, key: str, data: bytes | Path) -> None:
        path = self._root / key
        temporary = self._write(path, data)
        try:
            os.link(temporary, path)  # fails if the name exists: write-once, and never a half-written object
        except FileExistsError as error:
            raise AlreadyExists(f"{path} exists already") from error
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
        finally:
            temporary.unlink()

    def replace(self, key: str, data: bytes, version: str | None) -> str:
        current = self.read(key)
        if (current[1] if current else None) != version:
            raise Conflict(f"{self._root / key} was replaced since it was read")
        path = self._root / key
        self._write(path, data).replace(path)
        return sha256(data).hexdigest()

    def posture(self) -> tuple[str, ...]:
        if self._root.exists() and self._root.stat().st_mode & 0o007:
            return (f"{self._root} is open to every user of this machine: chmod o-rwx it",)
        return ()

    def _write(self, path: Path, data: bytes | Path) -> Path:
        try:
            if not self._root.exists():
                self._root.mkdir(parents=True, mode=0o700)
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(data.read_bytes() if isinstance(data, Path) else data)
            return Path(file.name)
        except OSError as error:
            raise StorageError(f"{path}: {error.strerror}") from error
