"""What a program says of a user or role."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """ADMIN is one already, ESCALATES can become one, UNKNOWN: the program says that it cannot decide."""

    ADMIN = "administrator"
    ESCALATES = "can become one"
    NEITHER = "neither"
    UNKNOWN = "unknown"


class Said(msgspec.Struct, frozen=True):
    """A verdict with its evidence: the steps of the path, in the program's words."""

    verdict: Verdict
    path: tuple[str, ...] = ()


NEITHER = Said(Verdict.NEITHER)
