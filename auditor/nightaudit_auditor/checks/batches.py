"""Details of resources that were asked for several at a call."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.collect.entries import SEPARATOR
from nightaudit_auditor.snapshot import AccountData, Outcome, Unreadable


def batched_answer(data: AccountData, operation: str, region: str, parameter: str, value: str) -> dict[str, Any]:
    """The answer of the call whose `parameter` held `value` among others. Raises Unreadable, Gone; Unreadable too if there was
    no such call."""
    for record in data.records(operation):
        if record.region == region and value in record.parameters.get(parameter, "").split(SEPARATOR):
            return data.answer(operation, region, record.parameters) or {}
    raise Unreadable(operation, region, Outcome.SKIPPED, message="not collected")
