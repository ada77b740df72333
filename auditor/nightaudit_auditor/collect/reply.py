"""How a call ends, and what the catalogue says about how it may end."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from nightaudit_auditor.collect.entries import Pages
from nightaudit_auditor.snapshot import DeniedBy, Outcome


class Reply(msgspec.Struct, frozen=True):
    """How a call ended. With an outcome other than OK the answer, if any, is what was had before it failed."""

    outcome: Outcome
    answer: dict[str, Any] | None = None
    code: str = ""
    message: str = ""
    denied_by: DeniedBy | None = None


class Meaning(msgspec.Struct, frozen=True):
    """What the catalogue says about an operation's errors and pages, and whether it is asked without credentials."""

    absent: Collection[str] = ()
    gone: Collection[str] = ()
    pages: Pages | None = None
    unsigned: bool = False
