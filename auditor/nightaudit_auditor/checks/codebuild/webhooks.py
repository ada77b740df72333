"""Webhooks by which strangers can have their code built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from nightaudit_auditor.aws.policy import Truth
from nightaudit_auditor.aws.policy.truth import every, some
from nightaudit_auditor.checks.codebuild.kinds import PROJECT, project_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check

Group = Sequence[Mapping[str, Any]]
_ACTOR = "ACTOR_ACCOUNT_ID"
_EXACT = frozenset({_ACTOR, "BASE_REF", "HEAD_REF"})
_SELF_HOSTED = frozenset({"GITHUB_ENTERPRISE", "GITLAB_SELF_MANAGED"})
"""The company's people have accounts there; elsewhere anybody can."""
_PULL_REQUEST = re.compile(r"\bPULL_REQUEST_(?:CREATED|UPDATED|REOPENED|CLOSED)\b")
"""Events of which the author of a pull request is the cause; who merges one may write to the repository."""
_ANYBODY = ("918273645", "a1b2c3d4e")
"""Short ones: a pattern may be one that takes long to say no."""
_MOST = 3
"""So many groups and repetitions of an alternative are tried: with more of them, a pattern can take for ever."""
_APPROVED = frozenset({"ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"})
_FILTERS = "https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html"


@check(
    "CODEBUILD_WEBHOOK_UNANCHORED",
    kind=PROJECT,
    title="A webhook lets strangers start builds",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Whoever may open a pull request has code of his choice run with the project's role and secrets.",
    remediation="Anchor every alternative of the pattern (^123$|^456$), or require approval of pull requests. Console: CodeBuild > the "
    "project > Edit > Primary source webhook events. CLI: aws codebuild update-webhook --project-name PROJECT --filter-groups "
    '\'[[{"type":"EVENT","pattern":"PUSH"},{"type":"HEAD_REF","pattern":"^refs/heads/main$"}]]\' --pull-request-build-policy '
    "requiresCommentApproval=ALL_PULL_REQUESTS",
    terraform='resource "aws_codebuild_webhook" "build" {\n  project_name = aws_codebuild_project.build.name\n  filter_group {\n'
    '    filter {\n      type    = "EVENT"\n      pattern = "PUSH"\n    }\n    filter {\n      type    = "HEAD_REF"\n'
    '      pattern = "^refs/heads/main$"\n    }\n  }\n}',
    references=(_FILTERS, "https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html"),
)
def webhook_unanchored(resource: Resource, context: Context) -> Iterator[Result]:
    """The project's webhook has no filter group, so that every push and pull request is built; or the pattern of an actor, a base
    or a head reference has an alternative that does not begin with ^ and end with $ (or .*, but for actors), so that 123 lets
    91234 in; or a group of pull requests, on no server of the own, asks for no actor, or for any, whatever branch it
    asks for: a fork is anybody's.

    One finding for each pattern. Patterns that exclude are left aside, and so are webhooks whose pull requests from forks
    are built only after a maintainer's approval. Whether the repository is private is not known to AWS. Whether an actor's
    pattern that repeats a group, or has many parts, is for any is UNKNOWN: nobody tries it.
    """
    project = project_of(context.data, resource.region, resource.name)
    webhook = project.get("webhook")
    if not webhook or (webhook.get("pullRequestBuildPolicy") or {}).get("requiresCommentApproval") in _APPROVED:
        return
    groups = webhook.get("filterGroups") or []
    if not groups and not webhook.get("branchFilter"):
        yield Fail(f"the webhook of {resource.name} builds everything", "no-filter")
    ours = (project.get("source") or {}).get("type") in _SELF_HOSTED
    found = [*_unanchored(resource.name, groups), *(() if ours else _open(resource.name, groups))]
    yield from {fail.discriminator: fail for fail in found}.values()
    if not ours:
        yield from _undecided(groups)


def _unanchored(name: str, groups: Iterable[Group]) -> Iterator[Fail]:
    for filter_ in (filter_ for group in groups for filter_ in group):
        type_, pattern = filter_.get("type", ""), filter_.get("pattern", "")
        if type_ not in _EXACT or filter_.get("excludeMatchedPattern"):
            continue
        if not is_anchored(pattern, open_end=type_ != _ACTOR):
            yield _fail(filter_, f"{type_} of {name} is not anchored: {pattern}")


def _open(name: str, groups: Iterable[Group]) -> Iterator[Fail]:
    """Groups that build the pull request of whoever opens one."""
    for events, actors in _of_pull_requests(groups):
        if not actors:
            yield _fail(events[0], f"{name} builds everybody's pull requests: {events[0]['pattern']} without an actor")
        elif _are_anybody(actors) is Truth.YES:
            yield _fail(actors[0], f"{name} builds everybody's pull requests: any actor is {actors[0]['pattern']}")


def _undecided(groups: Iterable[Group]) -> Iterator[Unknown]:
    for _, actors in _of_pull_requests(groups):
        if _are_anybody(actors) is Truth.MAYBE:
            patterns = ", ".join(actor.get("pattern", "") for actor in actors)
            yield Unknown(f"whether a pattern of actors is for any is not known: {patterns}")
            return


def _of_pull_requests(groups: Iterable[Group]) -> Iterator[tuple[Group, Group]]:
    """(events, actors) of each group that builds pull requests."""
    for group in groups:
        events = [f for f in group if f.get("type") == "EVENT" and _PULL_REQUEST.search(f.get("pattern", ""))]
        if events:
            yield events, [f for f in group if f.get("type") == _ACTOR and not f.get("excludeMatchedPattern")]


def _fail(filter_: Mapping[str, Any], detail: str) -> Fail:
    evidence = {"type": filter_.get("type", ""), "pattern": filter_.get("pattern", "")}
    return Fail(detail, f"{evidence['type']} {evidence['pattern']}", evidence)


def _are_anybody(actors: Group) -> Truth:
    return every(_is_anybody(actor.get("pattern", "")) for actor in actors)


def _is_anybody(pattern: str) -> Truth:
    """Whether a pattern matches ids that nobody had in mind; MAYBE if it is none of Python's, or would take too long to try."""
    found = _alternatives(pattern)
    if len(found) > 1:
        return some(map(_is_anybody, found))
    (only,) = found
    if _is_group(only):
        return _is_anybody(only[1:-1].removeprefix("?:"))
    marks = [mark for _, mark in _marks(only)]
    if sum(mark in "*+?{(" for mark in marks) > _MOST or any(a == ")" and b in "*+?{" for a, b in pairwise(marks)):
        return Truth.MAYBE
    try:
        compiled = re.compile(only)
    except (re.error, OverflowError):
        return Truth.MAYBE
    return some(Truth.YES if compiled.search(id_) else Truth.NO for id_ in _ANYBODY)


def is_anchored(pattern: str, *, open_end: bool) -> bool:
    """Whether every alternative of a regular expression matches from the beginning to the end of the text, or, with an
    `open_end`, says by `.*` that anything may follow."""
    found = _alternatives(pattern)
    if len(found) > 1:
        return all(is_anchored(one, open_end=open_end) for one in found)
    (only,) = found
    if _is_group(only):
        return is_anchored(only[1:-1].removeprefix("?:"), open_end=open_end)
    ends = only.endswith("$") and not only.endswith("\\$")
    return only.startswith("^") and (ends or (open_end and only.endswith(".*")))


def _alternatives(pattern: str) -> list[str]:
    """The pattern taken apart at every | that is in no group and no set."""
    found = [""]
    for depth, mark in _marks(pattern):
        if mark == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += mark
    return found


def _is_group(pattern: str) -> bool:
    """Whether one pair of parentheses holds the whole pattern."""
    depths = [depth for depth, _ in _marks(pattern)]
    return pattern.startswith("(") and pattern.endswith(")") and all(depth > 0 for depth in depths)


def _marks(pattern: str) -> Iterator[tuple[int, str]]:
    """The characters (an escaped one with its backslash) and how many groups and sets they are in, brackets included."""
    depth, in_set, escaped = 0, False, False
    for character in pattern:
        if escaped:
            escaped = False
            yield depth + in_set, f"\\{character}"
        elif character == "\\":
            escaped = True
        elif in_set:
            in_set = character != "]"
            yield depth + 1, character
        elif character == "[":
            in_set = True
            yield depth + 1, character
        elif character == ")":
            yield depth, character
            depth -= 1
        else:
            depth += character == "("
            yield depth, character
