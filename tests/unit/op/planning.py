"""A plan from the objects that a test names."""

from __future__ import annotations

from nightaudit_operator.api.objects import Children
from nightaudit_operator.plan import planner


def plan(build, schedule, *exceptions, now=None, **children):
    return planner.plan(build.config, schedule, exceptions, Children(**children), now or build.now)


def finished(build, name, result="Findings", owner="uid-nightly", ended="2026-01-02T03:05:00Z", **fields):
    status = {"result": result, "jobName": name, "completionTime": ended, **fields}
    return build.run(name, owner=owner, status=status)
