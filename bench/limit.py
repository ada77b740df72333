"""The least time that the calls of an account can take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.recording import Call
from nightaudit_auditor.collect.entries import Catalogue
from nightaudit_auditor.collect.pace import load_quotas

_BEFORE = 3
"""AssumeRole, GetCallerIdentity and DescribeRegions go one after another before anything else is asked."""


def chain(calls: Sequence[Call], catalogue: Catalogue) -> int:
    """How many calls wait for each other at most, along the catalogue's dependencies."""
    made = {(call.service, call.operation) for call in calls}
    parents = {entry.id: [source.operation for source in entry.for_each] for entry in catalogue.entries.values()}

    def depth(entry: str, above: frozenset[str]) -> int:
        # What follows from its own answers (the units of an organization) is counted once: how deep it goes differs.
        further = [parent for parent in parents[entry] if parent not in above]
        return 1 + max((depth(parent, above | {parent}) for parent in further), default=0)

    own = [
        depth(e.id, frozenset({e.id})) + bool(e.flow)
        for e in catalogue.entries.values()
        if (e.service, e.operation) in made
    ]
    return _BEFORE + max(own, default=0)


def paced(calls: Sequence[Call]) -> float:
    """Seconds until the fullest token bucket of the default quotas has let all its calls through."""
    quotas = load_quotas()
    drawn = Counter((call.region, *quotas.find(call.service, call.operation)) for call in calls)
    return max((max(0.0, count - quota.burst) / quota.rate for (_, _, quota), count in drawn.items()), default=0.0)


def uncapped(calls: Sequence[Call], catalogue: Catalogue) -> int:
    """How many calls there are beside those of the items of lists that are too long to be read whole each night."""
    capped = {(entry.service, entry.operation) for entry in catalogue.entries.values() if entry.cap}
    return sum((call.service, call.operation) not in capped for call in calls)
