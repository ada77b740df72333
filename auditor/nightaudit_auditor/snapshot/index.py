"""Reading access to the records of one account: every accessor either answers or says that it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from nightaudit_auditor.snapshot.record import GLOBAL, Outcome, Record


class Unreadable(Exception):  # noqa: N818 - it is not an error but a fact about the data
    """What was asked for could not be read in this run: the verdict that rests on it is UNKNOWN."""

    def __init__(self, operation: str, region: str, outcome: Outcome, code: str = "", message: str = "") -> None:
        self.operation = operation
        self.region = region
        self.outcome = outcome
        self.code = code
        self.reason = message
        super().__init__(f"{operation} in {region}: {outcome}{f' ({code})' if code else ''}")


class Gone(Exception):  # noqa: N818 - see Unreadable
    """The resource was deleted while the run went on: it is out of scope, neither PASS nor UNKNOWN."""


class Account(msgspec.Struct, frozen=True):
    """An audited account: 12-digit id, the name given in the schedule, its partition and the schedule's labels."""

    id: str
    name: str = ""
    partition: str = "aws"
    labels: dict[str, str] = {}


class AccountData:
    """The records of one account, indexed by operation, region and parameters.

    `regions` are the enabled regions that the schedule selects. `reachable` is False if no credentials could be had,
    `complete` if the collection was interrupted. `run` and `time` (RFC 3339) say which run recorded it, and when. `derived` keeps
    what others worked out of the records, by the function that did: it may refer back to them, and has to be cleared for both
    to go at once.
    """

    def __init__(
        self,
        account: Account,
        regions: Iterable[str],
        records: Iterable[Record],
        *,
        reachable: bool = True,
        complete: bool = True,
        run: str = "",
        time: str = "",
    ) -> None:
        self.account = account
        self.regions = tuple(sorted(regions))
        self.reachable = reachable
        self.complete = complete
        self.run = run
        self.time = time
        self.derived: dict[object, Any] = {}
        self._by_operation: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], Record]] = {}
        for record in records:
            key = (record.region, tuple(sorted(record.parameters.items())))
            self._by_operation.setdefault(record.name, {})[key] = record

    @property
    def moment(self) -> float | None:
        """When it was recorded, in seconds since the epoch; None if it does not say so."""
        try:
            return datetime.fromisoformat(self.time).timestamp() if self.time else None
        except ValueError:
            return None

    def only(self, operations: Iterable[str]) -> AccountData:
        """The same account with the records of `operations` alone: what may stay in memory while other accounts are read."""
        kept = AccountData(
            self.account,
            self.regions,
            (),
            reachable=self.reachable,
            complete=self.complete,
            run=self.run,
            time=self.time,
        )
        kept._by_operation = {name: self._by_operation[name] for name in operations if name in self._by_operation}
        return kept

    def records(self, operation: str) -> Iterator[Record]:
        """All records of `service.operation`, whatever their outcome, in a stable order."""
        calls = self._by_operation.get(operation, {})
        for key in sorted(calls):
            yield calls[key]

    def operations(self) -> tuple[str, ...]:
        """The names of all recorded operations, sorted."""
        return tuple(sorted(self._by_operation))

    def record(
        self, operation: str, region: str = GLOBAL, parameters: Mapping[str, str] | None = None
    ) -> Record | None:
        """The record of one call, or None if the call was never recorded."""
        return self._by_operation.get(operation, {}).get((region, tuple(sorted((parameters or {}).items()))))

    def answer(
        self, operation: str, region: str = GLOBAL, parameters: Mapping[str, str] | None = None
    ) -> dict[str, Any] | None:
        """The answer of one call; None if AWS said that the thing is absent, or if the region lacks the service.

        Raises Unreadable if the call failed or was never made, Gone if the resource vanished.
        """
        record = self.record(operation, region, parameters)
        if record is None:
            raise Unreadable(operation, region, Outcome.SKIPPED, message="not collected")
        if record.outcome is Outcome.OK:
            return record.answer if record.answer is not None else {}
        if record.outcome is Outcome.ABSENT or record.known_empty:
            return None
        if record.outcome is Outcome.GONE:
            raise Gone(operation)
        raise Unreadable(operation, region, record.outcome, record.code, record.message)
