"""Stream the records of an account to `metadata/<account>.jsonl.gz`, redacted on the way."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from nightaudit_auditor.snapshot.errors import SnapshotError
from nightaudit_auditor.snapshot.format import METADATA, ORGANIZATION, SUFFIX, Header, Trailer
from nightaudit_auditor.snapshot.index import Account
from nightaudit_auditor.snapshot.record import Record
from nightaudit_auditor.snapshot.redact import Redactor

_LEVEL = 3  # JSON of AWS answers: level 9 saves a tenth of the size for five times the CPU


class SnapshotWriter:
    """Opens one file per account below `folder`/metadata. The redaction key lives in this object only."""

    def __init__(self, folder: Path, run: str, *, key: bytes | None = None) -> None:
        self.folder = folder / METADATA
        self.run = run
        self._redactor = Redactor(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SnapshotError(f"{self.folder}: cannot be created: {error.strerror}") from error

    def account(self, account: Account, *, regions: Iterable[str], reachable: bool, time: str) -> AccountWriter:
        """Start the account's file with its header; `time` is RFC 3339."""
        return self._open(account.id, account, regions, reachable, time)

    def organization(self, speaker: Account, *, reachable: bool, time: str) -> AccountWriter:
        """Start the file of the organization's own answers, as the account `speaker` gave them; likewise."""
        return self._open(ORGANIZATION, speaker, (), reachable, time)

    def _open(self, name: str, account: Account, regions: Iterable[str], reachable: bool, time: str) -> AccountWriter:
        header = Header(
            account=account.id, name=account.name, labels=account.labels, partition=account.partition,
            regions=tuple(sorted(regions)), reachable=reachable, run=self.run, time=time,
        )  # fmt: skip
        return AccountWriter(self.folder / f"{name}{SUFFIX}", header, self._redactor)


class AccountWriter:
    """Writes records as they come. `close` writes the trailer; left without it, the file reads as interrupted.

    As a context manager it closes as incomplete when the body raised. Every OSError (a full disk) becomes a SnapshotError.
    """

    def __init__(self, path: Path, header: Header, redactor: Redactor) -> None:
        self.path = path
        self.outcomes: Counter[str] = Counter()
        self._redactor = redactor
        self._encoder = msgspec.json.Encoder()
        self._closed = False
        try:
            self._file: BinaryIO = path.open("wb")
            # An empty file name and no time: the same records give the same bytes.
            self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._file, mtime=0)
        except OSError as error:
            raise SnapshotError(f"{path}: cannot be written: {error.strerror}") from error
        self._line(header)

    def write(self, record: Record, *, secrets: Sequence[str] = ()) -> None:
        """Append a record; what its answer holds at the paths `secrets` is redacted first.

        Raises SnapshotError if the file cannot be written. Whatever else it raises, the file is as it was before.
        """
        self._line(self.redacted(record, secrets))
        self.outcomes[record.outcome.value] += 1

    def redacted(self, record: Record, secrets: Sequence[str], ended: Callable[[], bool] = lambda: False) -> Record:
        """The record as it may be written; see Redactor.redact. It touches no file: another thread may do it."""
        if record.answer is None or not secrets:
            return record
        return msgspec.structs.replace(record, answer=self._redactor.redact(record.answer, secrets, ended))

    def unpacks(self, record: Record, secrets: Sequence[str]) -> bool:
        """Whether that takes long enough for another thread; see Redactor.unpacks."""
        return record.answer is not None and self._redactor.unpacks(record.answer, secrets)

    def close(self, *, complete: bool = True, reason: str = "") -> None:
        """Write the trailer and close the file; `reason` says why the collection is not complete."""
        if self._closed:
            return
        self._closed = True
        outcomes = dict(sorted(self.outcomes.items()))
        try:
            try:
                self._line(Trailer(complete=complete, reason=reason, records=self.outcomes.total(), outcomes=outcomes))
                self._gzip.close()
            finally:
                self._file.close()
        except OSError as error:
            raise SnapshotError(f"{self.path}: cannot be written: {error.strerror}") from error

    def __enter__(self) -> AccountWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(complete=kind is None, reason="" if kind is None else kind.__name__)

    def _line(self, line: Header | Record | Trailer) -> None:
        encoded = self._encoder.encode(line) + b"\n"
        try:
            self._gzip.write(encoded)
        except OSError as error:
            raise SnapshotError(f"{self.path}: cannot be written: {error.strerror}") from error
