"""What a policy says at a certain time: a grant that has run out grants nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from nightaudit_auditor.aws.policy.conditions import holds
from nightaudit_auditor.aws.policy.document import Condition, Document, Statement, parse_document
from nightaudit_auditor.aws.policy.facts import Facts
from nightaudit_auditor.aws.policy.truth import Truth

_KEYS = ("aws:currenttime", "aws:epochtime")
_OPERATORS = ("Date", "Numeric", "Null")
"""Those that read a time as one; to others it is a text, whose form hangs on the key."""
_LAST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


def parse_at(policy: str | Mapping[str, Any], moment: float | None) -> Document:
    """`parse_document` and `document_at` in one. Raises PolicyError."""
    return document_at(parse_document(policy), moment)


def document_at(document: Document, moment: float | None) -> Document:
    """The document as it reads at `moment` (seconds since the epoch, None if nobody knows the time).

    Statements whose time is over are left out, and so are conditions on the time that are met. What is still to come stays
    conditional: it comes without anybody's doing.
    """
    if moment is None or not any(_is_timed(c) for s in document.statements for c in s.conditions):
        return document
    judged = (_statement_at(statement, moment) for statement in document.statements)
    return Document(tuple(statement for statement in judged if statement is not None))


def _statement_at(statement: Statement, moment: float) -> Statement | None:
    timed = [c for c in statement.conditions if _is_timed(c)]
    if any(_at(c, moment) is Truth.NO and _at(c, _LAST) is Truth.NO for c in timed):
        return None
    kept = tuple(c for c in statement.conditions if c not in timed or _at(c, moment) is not Truth.YES)
    return replace(statement, conditions=kept) if timed else statement


def _is_timed(condition: Condition) -> bool:
    return condition.key in _KEYS and condition.operator.startswith(_OPERATORS)


def _at(condition: Condition, moment: float) -> Truth:
    second = str(int(moment))
    return holds(condition, Facts(dict.fromkeys(_KEYS, ((second,),))), variables=False)
