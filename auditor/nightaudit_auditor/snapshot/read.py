"""Read snapshots back: one account at a time, and nothing that is not whole."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from nightaudit_auditor.snapshot.errors import SnapshotError
from nightaudit_auditor.snapshot.format import (
    HEADER_SCHEMA,
    METADATA,
    ORGANIZATION,
    SUFFIX,
    TRAILER_SCHEMA,
    Header,
    Trailer,
)
from nightaudit_auditor.snapshot.index import Account, AccountData
from nightaudit_auditor.snapshot.record import Record

T = TypeVar("T")


class _Probe(msgspec.Struct):
    schema: str = ""


class Snapshot(Mapping[str, AccountData]):
    """The accounts of a run's folder by id, sorted. Looking an account up reads its file: only the last one stays in memory.

    Lookups raise SnapshotError if the file cannot be read whole.
    """

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(sorted(paths.items()))
        self._last: AccountData | None = None

    def __getitem__(self, account: str) -> AccountData:
        path = self._paths[account]
        if self._last is None or self._last.account.id != account:
            if self._last is not None:
                self._last.derived.clear()
            self._last = None  # before the next one is read: two at a time would double the memory
            self._last = read_account(path)
            if self._last.account.id != account:
                raise SnapshotError(f"{path}: holds account {self._last.account.id}, its name says {account}")
        return self._last

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot of a run, by its folder or the metadata folder in it. Raises SnapshotError if there is none.

    A run that could not discover any account has one without accounts.
    """
    base = _base(folder)
    paths = {path.name.removesuffix(SUFFIX): path for path in base.glob(f"*{SUFFIX}")}
    if not paths:
        raise SnapshotError(f"{base}: holds no snapshot (no *{SUFFIX}): name the folder of a run")
    paths.pop(ORGANIZATION, None)
    return Snapshot(paths)


def open_organization(folder: Path) -> AccountData | None:
    """What one account said of its organization; None if the run was not told to discover accounts. Raises SnapshotError."""
    path = _base(folder) / f"{ORGANIZATION}{SUFFIX}"
    return read_account(path) if path.exists() else None


def _base(folder: Path) -> Path:
    return folder / METADATA if (folder / METADATA).is_dir() else folder


def read_account(path: Path) -> AccountData:
    """The account of one `<account>.jsonl.gz`.

    Raises SnapshotError with file and line if it is truncated, not a snapshot, or holds a line that is no record of its account.
    """
    lines = _lines(path)
    number, first = next(lines, (1, b""))
    header = _header(path, number, first)
    records: list[Record] = []
    trailer: Trailer | None = None
    for number, line in lines:
        if trailer is not None:
            raise SnapshotError(f"{path}:{number}: a line after the trailer")
        item = _item(path, number, line)
        if isinstance(item, Trailer):
            trailer = item
            continue
        if item.account != header.account:
            raise SnapshotError(
                f"{path}:{number}: a record of account {item.account} in the snapshot of {header.account}"
            )
        records.append(item)
    if trailer is None:
        raise SnapshotError(f"{path}:{number + 1}: truncated: the trailer is missing")
    if trailer.records != len(records):
        raise SnapshotError(
            f"{path}:{number}: the trailer counts {trailer.records} records, the file holds {len(records)}"
        )
    account = Account(id=header.account, name=header.name, partition=header.partition, labels=header.labels)
    return AccountData(
        account,
        header.regions,
        records,
        reachable=header.reachable,
        complete=trailer.complete,
        run=header.run,
        time=header.time,
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with gzip.open(path, "rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    raise SnapshotError(f"{path}:{number}: truncated: the line has no end")
                yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SnapshotError(f"{path}:{number + 1}: truncated or not gzip: {error}") from error
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read: {error.strerror or error}") from error


def _header(path: Path, number: int, line: bytes) -> Header:
    schema = _schema(path, number, line)
    if schema != HEADER_SCHEMA:
        raise SnapshotError(
            f"{path}:{number}: not a snapshot: the first line must have schema {HEADER_SCHEMA}, it has {schema!r}"
        )
    return _decode(path, number, line, Header)


def _item(path: Path, number: int, line: bytes) -> Record | Trailer:
    schema = _schema(path, number, line)
    if schema == TRAILER_SCHEMA:
        return _decode(path, number, line, Trailer)
    if schema:
        raise SnapshotError(f"{path}:{number}: a line of schema {schema!r} inside a snapshot")
    return _decode(path, number, line, Record)


def _schema(path: Path, number: int, line: bytes) -> str:
    return _decode(path, number, line, _Probe).schema


def _decode(path: Path, number: int, line: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SnapshotError(f"{path}:{number}: not a {kind.__name__.strip('_').lower()}: {error}") from error
