"""Policies as they come in answers: read once, and asked by action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nightaudit_auditor.aws.policy.circumstances import arranged
from nightaudit_auditor.aws.policy.document import Document, PolicyError, Statement, parse_document
from nightaudit_auditor.aws.policy.evaluate import match_statement
from nightaudit_auditor.aws.policy.moments import document_at
from nightaudit_auditor.aws.policy.truth import Truth


@dataclass(frozen=True, eq=False)
class PolicyText:
    """A policy as AWS sent it, read once for all to whom it applies. `raw` is None if it was not in the answer.

    `name` and `operation` say what was not, and in whose answer; `moment` is when it was sent, in seconds since the epoch.
    """

    raw: str | Mapping[str, Any] | None
    name: str = "the document"
    operation: str = ""
    moment: float | None = None

    @cached_property
    def document(self) -> Document:
        """Raises PolicyError if the policy is malformed, or not in the answer."""
        if self.raw is None:
            where = f"is not in the answer of {self.operation}" if self.operation else "was not read"
            raise PolicyError(f"{self.name} {where}", self.operation)
        return parse_document(self.raw)

    @cached_property
    def valid(self) -> Document:
        """The document without what had run out when it was sent. Raises PolicyError."""
        return document_at(self.document, self.moment)

    @cached_property
    def _about(self) -> dict[str, tuple[Statement, ...]]:
        return {}

    @cached_property
    def _arranged(self) -> Document:
        return arranged(self.valid)

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements that speak of `action`, as they read to a caller who arranges all circumstances. Raises PolicyError."""
        found = self._about.get(action)
        if found is None:
            found = tuple(s for s in self._arranged.statements if match_statement(s, action) is not Truth.NO)
            self._about[action] = found
        return found
