"""How the end of a call is recorded."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache

import msgspec

from nightaudit_auditor.collect.entries import Entry
from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.snapshot import Outcome, Record

_MESSAGE = 1000  # characters: EC2 appends kilobytes of an encoded authorization message to each denial


def now() -> str:
    """This moment as RFC 3339, in seconds."""
    return _written(int(time.time()))


@lru_cache(maxsize=1)
def _written(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def skipped(account: str, entry: Entry, region: str, parameters: dict[str, str], code: str, message: str) -> Record:
    """The record of a call that was never made."""
    return record_of(account, entry, region, parameters, Reply(Outcome.SKIPPED, None, code, message))


def failed(account: str, entry: Entry, region: str, parameters: dict[str, str], error: Exception) -> Record:
    """The record of a call in which there is a defect."""
    return record_of(account, entry, region, parameters, Reply(Outcome.ERROR, None, type(error).__name__, str(error)))


def record_of(account: str, entry: Entry, region: str, parameters: dict[str, str], reply: Reply) -> Record:
    """The record of a call that was answered, or refused."""
    return Record(
        account=account, service=entry.service, operation=entry.name, region=region, outcome=reply.outcome,
        parameters=parameters, time=now(), code=reply.code, message=reply.message[:_MESSAGE], answer=reply.answer, denied_by=reply.denied_by,
    )  # fmt: skip


def unwritten(record: Record, error: Exception) -> Record:
    """The record without its answer. An error's text may hold some of it."""
    message = "the answer could not be redacted or encoded, and nothing of it is kept"
    return msgspec.structs.replace(
        record, outcome=Outcome.ERROR, answer=None, code=type(error).__name__, message=message, denied_by=None
    )
