"""Questions as narrow as a policy's answers.

An Allow that meets a pattern allows something of it, but only a Deny that covers the pattern denies all of it. Who asks for all
objects of a bucket is told nothing of `Allow public/*` with a Deny on that very `public/*`: what the policy allows must be
asked for by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.aws.policy.document import Statement
from nightaudit_auditor.aws.policy.match import match, wild
from nightaudit_auditor.aws.policy.truth import Truth


def parts(statement: Statement, pattern: str) -> Iterator[str]:
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
