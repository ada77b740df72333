"""Questions as narrow as a policy's answers.

An Allow that meets a pattern allows something of it, but only a Deny that covers the pattern denies all of it. Who asks for all
objects of a bucket is told nothing of `Allow public/*` with a Deny on that very `public/*`: each resource that the policy allows
must be asked for by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nightaudit_auditor.aws.policy.document import Document, Statement
from nightaudit_auditor.aws.policy.evaluate import match_statement
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.policy.truth import Truth

Probe = tuple[str, str]
"""(action, resource ARN or pattern)."""


def narrowed(document: Document, probes: Iterable[Probe]) -> tuple[Probe, ...]:
    """The probes, those for a pattern of resources replaced by one for each part of it that an Allow of the action speaks of.

    Nothing is allowed outside of these parts, so that together they are answered as the pattern is.
    """
    parts: dict[str, list[tuple[Statement, frozenset[str]]]] = {}
    found: dict[Probe, None] = {}
    for action, pattern in probes:
        if "*" not in pattern and "?" not in pattern:
            found[action, pattern] = None
            continue
        if pattern not in parts:
            parts[pattern] = [(s, frozenset(_parts(s, pattern))) for s in document.allowing()]
        speaking = (own for s, own in parts[pattern] if own and match_statement(s, action) is not Truth.NO)
        found |= dict.fromkeys((action, part) for own in speaking for part in sorted(own))
    return tuple(found)


def _parts(statement: Statement, pattern: str) -> Iterator[str]:
    """What of a pattern of resources a statement speaks of; the whole pattern where that cannot be written as one."""
    if statement.resources is None:
        yield pattern
        return
    for resource in statement.resources:
        if statement.variables and "${" in resource:
            yield pattern
        elif match(wild(pattern), wild(resource)) is Truth.YES:
            yield resource
        elif match(wild(resource), wild(pattern)) is not Truth.NO:
            yield pattern
