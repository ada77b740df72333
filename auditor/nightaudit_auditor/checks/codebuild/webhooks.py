"""Webhooks by which strangers can have their code built."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.codebuild.kinds import PROJECT, project_of
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Severity, Tier, check

_EXACT = frozenset({"ACTOR_ACCOUNT_ID", "BASE_REF", "HEAD_REF"})
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
def webhook_unanchored(resource: Resource, context: Context) -> Iterator[Fail]:
    """The project's webhook has no filter group, so that every push and pull request is built; or the pattern of an actor, a base
    or a head reference has an alternative that does not begin with ^ and end with $ (or .*), so that 123 lets 91234 in.

    One finding for each pattern. Patterns that exclude are left aside, and so are webhooks whose pull requests from forks
    are built only after a maintainer's approval.
    """
    webhook = project_of(context.data, resource.region, resource.name).get("webhook")
    if not webhook or (webhook.get("pullRequestBuildPolicy") or {}).get("requiresCommentApproval") in _APPROVED:
        return
    groups = webhook.get("filterGroups") or []
    if not groups and not webhook.get("branchFilter"):
        yield Fail(f"the webhook of {resource.name} builds everything", "no-filter")
    for filter_ in (filter_ for group in groups for filter_ in group):
        type_, pattern = filter_.get("type", ""), filter_.get("pattern", "")
        if type_ in _EXACT and not filter_.get("excludeMatchedPattern") and not is_anchored(pattern):
            evidence = {"type": type_, "pattern": pattern}
            yield Fail(f"{type_} of {resource.name} is not anchored: {pattern}", f"{type_} {pattern}", evidence)


def is_anchored(pattern: str) -> bool:
    """Whether every alternative of a regular expression matches from the beginning to the end of the text."""
    found = _alternatives(pattern)
    if len(found) > 1:
        return all(is_anchored(one) for one in found)
    (only,) = found
    if _is_group(only):
        return is_anchored(only[1:-1].removeprefix("?:"))
    return only.startswith("^") and (only.endswith(".*") or (only.endswith("$") and not only.endswith("\\$")))


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
