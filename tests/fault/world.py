"""What a healthy AWS answers: what was recorded of the demo's organization, and where it has nothing, what is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightaudit_auditor.collect.entries import Catalogue, Entry
from nightaudit_auditor.collect.models import Models
from nightaudit_auditor.snapshot import AccountData, Outcome
from tests.fault.asked import Asked, entry_of, operations_of
from tests.fault.making import ACCOUNT, Maker, Reply, echoed, has_content, merged, write

IDENTITY = "sts.get_caller_identity"
_ANSWERS = {Outcome.OK, Outcome.ABSENT, Outcome.GONE}


@dataclass(frozen=True)
class Recording:
    """What an AWS answered, by `Asked.key`, and what the collector made of it."""

    calls: Mapping[str, tuple[Asked, Reply]]
    data: AccountData


class World:
    """Answers every operation of the catalogue, with content, so that everything in it is asked."""

    def __init__(self, catalogue: Catalogue, models: Models, recording: Recording) -> None:
        self.catalogue = catalogue
        self.made: set[str] = set()
        """The entries whose answers were not recorded, wholly or in part."""
        self._maker = Maker(catalogue, models)
        self._replies: dict[str, Reply] = {}
        self._made: dict[tuple[str, str], dict[str, Any]] = {}
        self._entries: dict[str, Entry | None] = {}
        by_entry: dict[str, dict[str, tuple[Asked, Reply]]] = {}
        for key, (asked, reply) in recording.calls.items():
            entry = entry_of(catalogue, asked)
            if entry is not None:
                by_entry.setdefault(entry.id, {})[key] = (asked, reply)
        for entry in catalogue.entries.values():
            calls = by_entry.get(entry.id, {})
            self._replies |= self._completed(entry, calls) if _is_known(entry, recording.data) else {}

    def entry(self, asked: Asked) -> Entry | None:
        """The entry of the catalogue that a request was made for."""
        if asked.key not in self._entries:
            self._entries[asked.key] = entry_of(self.catalogue, asked)
        return self._entries[asked.key]

    def reply(self, entry: Entry, asked: Asked) -> Reply:
        """The answer to a request for an entry. Every account has the same things in it."""
        if entry.id == IDENTITY:
            who = f"arn:aws:sts::{asked.account}:assumed-role/nightaudit/run"
            return write("sts", asked.operation, {"UserId": "AROA:run", "Account": asked.account, "Arn": who})
        if asked.key not in self._replies:
            self._replies[asked.key] = self._make(entry, asked)
        return self._replies[asked.key]

    def looping(self, entry: Entry, asked: Asked) -> Reply:
        """The answer to the first page with a token of a next page, whichever page was asked for."""
        first = self._maker.first_page(entry, asked)
        answer = self._maker.raw(entry.service, asked.operation, self.reply(entry, first))
        return write(entry.service, asked.operation, self._maker.with_token(entry, asked.operation, answer))

    def _make(self, entry: Entry, asked: Asked) -> Reply:
        key = (entry.id, asked.operation)
        if key not in self._made:
            self._made[key] = self._maker.answer(entry, asked.operation)
        self.made.add(entry.id)
        if entry.id == "lambda.list_function_url_configs":
            # A URL is a function's or an alias's: one of somebody else would be of whom nothing is known.
            arn = f"arn:aws:lambda:{asked.region}:{ACCOUNT}:function:{asked.parameters['FunctionName']}"
            urls = [{**url, "FunctionArn": arn} for url in self._made[key]["FunctionUrlConfigs"]]
            return write(entry.service, asked.operation, {"FunctionUrlConfigs": urls})
        return write(entry.service, asked.operation, echoed(self._made[key], asked.parameters))

    def _completed(self, entry: Entry, calls: Mapping[str, tuple[Asked, Reply]]) -> dict[str, Reply]:
        """The recorded answers; one of them gets made-up items if else something that depends on them was never asked."""
        replies = {key: reply for key, (_, reply) in calls.items()}
        operation = operations_of(entry)[-1]
        answers = {key: reply for key, (asked, reply) in calls.items() if asked.operation == operation}
        missing = [self._maker.unasked(entry, operation, reply) for reply in answers.values()]
        if not missing or not set.intersection(*({source.path for source in paths} for paths in missing)):
            return replies
        for key, reply in answers.items():
            recorded = self._maker.raw(entry.service, operation, reply)
            both = write(entry.service, operation, merged(recorded, self._maker.answer(entry, operation)))
            if not self._maker.unasked(entry, operation, both):
                self.made.add(entry.id)
                return {**replies, key: both}
        return {}


def _is_known(entry: Entry, data: AccountData) -> bool:
    records = list(data.records(entry.id))
    if not records or any(record.outcome not in _ANSWERS for record in records):
        return False
    return any(record.outcome is not Outcome.OK or has_content(record.answer) for record in records)
