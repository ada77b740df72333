"""IAM's credential report: ask for it, wait until it is made, fetch it, and give its columns types."""

from __future__ import annotations

import asyncio
import base64
import csv
import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

from nightaudit_auditor.collect.reply import Reply
from nightaudit_auditor.snapshot import Outcome

WAIT_SECONDS = 120.0
_NOTHING = {"N/A", "no_information", "not_supported", ""}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

Ask = Callable[[str], Awaitable[Reply]]


class ReportError(ValueError):
    """The report is no CSV with a `user` column."""


async def fetch(ask: Ask, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> Reply:
    """The report as {"Users": [row…], "GeneratedTime"}; `ask` calls an operation of IAM by AWS's name.

    AWS makes a report at most every four hours, so that GeneratedTime may lie that far back.
    """
    waited, pause = 0.0, 0.5
    while True:
        state = await ask("GenerateCredentialReport")
        if state.outcome is not Outcome.OK:
            return state
        if (state.answer or {}).get("State") == "COMPLETE":
            break
        if waited >= WAIT_SECONDS:
            return Reply(Outcome.ERROR, None, "ReportNotReady", f"no credential report after {WAIT_SECONDS:.0f} s")
        await sleep(pause)
        waited += pause
        pause = min(pause * 2, 5.0)
    reply = await ask("GetCredentialReport")
    if reply.outcome is not Outcome.OK or reply.answer is None:
        return reply
    try:
        text = base64.b64decode(reply.answer.get("Content", "")).decode("utf-8")
        return Reply(Outcome.OK, {"Users": parse(text), "GeneratedTime": reply.answer.get("GeneratedTime")})
    except ValueError as error:
        return Reply(Outcome.ERROR, None, "MalformedAnswer", f"the credential report cannot be read: {error}")


def parse(text: str) -> list[dict[str, Any]]:
    """Rows by column name: true and false as booleans, N/A, no_information and not_supported as None, times as RFC 3339.

    `user`, `arn` and the services' and regions' names stay text. Raises ReportError.
    """
    reader = csv.DictReader(io.StringIO(text.strip()), strict=True)
    if "user" not in (reader.fieldnames or ()):
        raise ReportError("the first line has no column `user`")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise ReportError(str(error)) from error
    for row in rows:
        if None in row or None in row.values():
            raise ReportError(f"the line of {row['user']} has not as many columns as the first line")
    return [{name: value if name in {"user", "arn"} else _typed(value) for name, value in row.items()} for row in rows]


def _typed(value: str) -> str | bool | None:
    if value in _NOTHING:
        return None
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if _TIME.match(value):
        return value.replace("+00:00", "Z")
    return value
