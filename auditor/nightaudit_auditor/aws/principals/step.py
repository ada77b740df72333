"""A step from one user or role to another, and which of several is the surest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.principals.authorization import Identity


@dataclass(frozen=True)
class Step:
    """From `source` (an ARN) to `target`, by the actions `how`, on `via` where that is neither; MAYBE: it hangs on what is not
    known. A step to itself makes `source` an administrator."""

    source: str
    target: str
    how: str
    truth: Truth
    via: str = ""


Way = Callable[[Identity, Identity], Step | None]
"""From a source to a target, if there is such a step."""


def best(steps: Iterable[Step | None]) -> Step | None:
    """The surest of the steps, the first of those that are equally sure; None if there is none."""
    found: Step | None = None
    for step in steps:
        if step is not None and step.truth is not Truth.NO and (found is None or step.truth > found.truth):
            found = step
            if found.truth is Truth.YES:
                break
    return found
