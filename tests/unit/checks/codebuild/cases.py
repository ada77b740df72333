"""What the checks of CodeBuild find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Record
from tests.unit.checks.build import REGION, Case, denied, ok
from tests.unit.checks.shapes import hardened, planted, said, unreadable

PUBLIC, WEBHOOK, SECRET = "CODEBUILD_PROJECT_PUBLIC", "CODEBUILD_WEBHOOK_UNANCHORED", "CODEBUILD_ENV_SECRET"
LISTED = ok("codebuild.list_projects", REGION, {"projects": ["build"]})
BOTH_LISTED = ok("codebuild.list_projects", REGION, {"projects": ["test", "build"]})
NO_LIST = denied("codebuild.list_projects", REGION)
NO_DETAILS = (LISTED, denied("codebuild.batch_get_projects", REGION, names="build"))
TOKEN = {"redacted": True, "detector": "github-token", "digest": "0" * 64}
HARMLESS = {"redacted": True, "detector": "", "digest": "1" * 64}


def project(**more: Any) -> tuple[Record, ...]:
    found = {"name": "build", "tags": [{"key": "team", "value": "shop"}], "projectVisibility": "PRIVATE"}
    answer = {"projects": [said(**found | more)], "projectsNotFound": ["test"]}
    return BOTH_LISTED, ok("codebuild.batch_get_projects", REGION, answer, names="test,build")


def webhook(*groups: list[dict[str, Any]], **more: Any) -> tuple[Record, ...]:
    return project(webhook={"url": "https://api.github.com/hooks/1", "filterGroups": list(groups), **more})


def at(
    source: str, *filters: tuple[str, str, bool], event: str = "PUSH, PULL_REQUEST_UPDATED", **more: Any
) -> tuple[Record, ...]:
    """A webhook of one group at a kind of source: (type, pattern, whether it excludes)."""
    group = [{"type": type_, "pattern": text, "excludeMatchedPattern": excluded} for type_, text, excluded in filters]
    hook = {
        "url": "https://api.github.com/hooks/1",
        "filterGroups": [[{"type": "EVENT", "pattern": event}, *group]],
        **more,
    }
    return project(webhook=hook, source={"type": source, "location": HARMLESS})


def pattern(text: str, type_: str = "ACTOR_ACCOUNT_ID", *, excluded: bool = False) -> list[dict[str, Any]]:
    event = {"type": "EVENT", "pattern": "PUSH", "excludeMatchedPattern": False}
    return [event, {"type": type_, "pattern": text, "excludeMatchedPattern": excluded}]


def variable(value: Any, **more: Any) -> dict[str, Any]:
    return {"environmentVariables": [{"name": "TOKEN", "value": value, **more}]}


CASES: list[Case] = [
    planted(PUBLIC, "public", project(projectVisibility="PUBLIC_READ", publicProjectAlias="a")),
    hardened(PUBLIC, "private", project()),
    unreadable(PUBLIC, "it does not say", project(projectVisibility=None)),
    unreadable(PUBLIC, "no list", NO_LIST),
    unreadable(PUBLIC, "no details", NO_DETAILS),
    unreadable(PUBLIC, "never asked", LISTED),
    planted(WEBHOOK, "no filter", webhook(), finds=("no-filter",)),
    planted(WEBHOOK, "a number that others contain", webhook(pattern("123|456")), finds=("ACTOR_ACCOUNT_ID 123|456",)),
    planted(WEBHOOK, "only the last alternative ends", webhook(pattern("^123|456$")), finds=("ACTOR_ACCOUNT_ID ^123|456$",)),
    planted(WEBHOOK, "in the second group, alternatives in parentheses", webhook(pattern("^1$"), pattern("(^main$|dev$)", "HEAD_REF")), finds=("HEAD_REF (^main$|dev$)",)),
    planted(WEBHOOK, "an escaped dollar is text", webhook(pattern(r"^main\$", "BASE_REF")), finds=(r"BASE_REF ^main\$",)),
    planted(WEBHOOK, "an actor whose end is open: others' numbers begin so, too", webhook(pattern("^123.*")), finds=("ACTOR_ACCOUNT_ID ^123.*",)),
    *(planted(WEBHOOK, f"everybody's pull requests at {source}", at(source), finds=("EVENT PUSH, PULL_REQUEST_UPDATED",)) for source in ("GITHUB", "BITBUCKET", "GITLAB")),
    planted(WEBHOOK, "everybody's pull requests, once closed", at("GITHUB", event="PULL_REQUEST_CLOSED"), finds=("EVENT PULL_REQUEST_CLOSED",)),
    planted(WEBHOOK, "a branch is not an actor: a fork has one of each name", at("GITHUB", ("HEAD_REF", "^refs/heads/main$", False), ("BASE_REF", "^refs/heads/main$", False)), finds=("EVENT PUSH, PULL_REQUEST_UPDATED",)),
    planted(WEBHOOK, "everybody but one", at("GITHUB", ("ACTOR_ACCOUNT_ID", "^123$", True)), finds=("EVENT PUSH, PULL_REQUEST_UPDATED",)),
    *(planted(WEBHOOK, f"any actor: {text}", at("GITHUB", ("ACTOR_ACCOUNT_ID", text, False)), finds=(f"ACTOR_ACCOUNT_ID {text}",)) for text in ("^.*$", r"^\d+$", "^[a-z0-9]*$")),
    planted(WEBHOOK, "the approval is switched off", at("GITHUB", pullRequestBuildPolicy={"requiresCommentApproval": "DISABLED"}), finds=("EVENT PUSH, PULL_REQUEST_UPDATED",)),
    hardened(WEBHOOK, "pull requests of one actor, or of him among any", at("GITHUB", ("ACTOR_ACCOUNT_ID", "^123$", False), ("ACTOR_ACCOUNT_ID", "^.*$", False))),
    hardened(WEBHOOK, "pushes alone, and merged pull requests: those may write", at("GITHUB", event="PUSH, PULL_REQUEST_MERGED")),
    hardened(WEBHOOK, "pushes of any actor", at("GITHUB", ("ACTOR_ACCOUNT_ID", "^.*$", False), event="PUSH")),
    hardened(WEBHOOK, "the company's own server", at("GITHUB_ENTERPRISE")),
    planted(WEBHOOK, "any actor, beside a certain one", at("GITHUB", ("ACTOR_ACCOUNT_ID", r"^123$|^(\d+)$", False)), finds=(r"ACTOR_ACCOUNT_ID ^123$|^(\d+)$",)),
    hardened(WEBHOOK, "many actors, each by his number", at("GITHUB", ("ACTOR_ACCOUNT_ID", "|".join(f"(^{number}$)" for number in range(100, 109)), False))),
    *(unreadable(WEBHOOK, f"pull requests of whom it does not say in Python's words: {text}", at("GITHUB", ("ACTOR_ACCOUNT_ID", text, False))) for text in ("^*)$", r"^\p{Digit}+$", "^1{99999999999999999999}$")),
    *(unreadable(WEBHOOK, f"pull requests, by a pattern that takes for ever: {text}", at("GITHUB", ("ACTOR_ACCOUNT_ID", text, False))) for text in (r"^(((\d*)*)*)*x$", r"^((\d?){9}){9}x$", r"^\d*\d*\d*\d*x$", "^(?:1|2|)(?:1|2|)(?:1|2|)(?:1|2|)$")),
    unreadable(WEBHOOK, "a pattern that nobody tries, of him and of any", at("GITHUB", ("ACTOR_ACCOUNT_ID", "^(123)+$", False), ("ACTOR_ACCOUNT_ID", "^.*$", False))),
    hardened(WEBHOOK, "a pattern that nobody tries, of pushes", at("GITHUB", ("ACTOR_ACCOUNT_ID", "^(123)+$", False), event="PUSH")),
    hardened(WEBHOOK, "a pattern that nobody tries, on the company's own server", at("GITHUB_ENTERPRISE", ("ACTOR_ACCOUNT_ID", "^(123)+$", False))),
    hardened(WEBHOOK, "all pull requests, after approval", at("GITHUB", pullRequestBuildPolicy={"requiresCommentApproval": "ALL_PULL_REQUESTS"})),
    planted(WEBHOOK, "a group that may be absent, and another", webhook(pattern("(^a)?b(c$)")), finds=("ACTOR_ACCOUNT_ID (^a)?b(c$)",)),
    planted(WEBHOOK, "a bar after a set", webhook(pattern("^[ab]c|d$", "HEAD_REF")), finds=("HEAD_REF ^[ab]c|d$",)),
    planted(WEBHOOK, "a bar after a group", webhook(pattern("^(a)b|c$", "HEAD_REF")), finds=("HEAD_REF ^(a)b|c$",)),
    hardened(WEBHOOK, "each alternative is anchored", webhook(pattern("^123$|^456$"), pattern("^(123|456)$"), pattern("(?:^a$|^b$)"))),
    hardened(WEBHOOK, "a bar in a set, and one that is escaped", webhook(pattern(r"^[|)]\|$", "HEAD_REF"))),
    hardened(WEBHOOK, "a bar inside of a set", webhook(pattern("^[a|b]$", "HEAD_REF"))),
    hardened(WEBHOOK, "every branch of a folder", webhook(pattern("^refs/heads/release/.*", "HEAD_REF"))),
    hardened(WEBHOOK, "what is excluded need not be exact", webhook(pattern("bot", excluded=True))),
    hardened(WEBHOOK, "a message is no identity", webhook(pattern("release", "COMMIT_MESSAGE"))),
    hardened(WEBHOOK, "approval of pull requests from forks", webhook(pullRequestBuildPolicy={"requiresCommentApproval": "FORK_PULL_REQUESTS"})),
    hardened(WEBHOOK, "the older filter of branches", webhook(branchFilter="^main$")),
    hardened(WEBHOOK, "no webhook", project()),
    unreadable(WEBHOOK, "no details", NO_DETAILS),
    planted(SECRET, "a variable", project(environment=variable(TOKEN, type="PLAINTEXT")), finds=("TOKEN",)),
    planted(SECRET, "without a type it is plain", project(environment=variable(TOKEN)), finds=("TOKEN",)),
    planted(SECRET, "in the URLs of two sources", project(source={"type": "GITHUB", "location": TOKEN}, secondarySources=[{"type": "GITHUB", "location": TOKEN, "sourceIdentifier": "lib"}]), finds=("source.location", "source.location lib")),
    hardened(SECRET, "the name of a secret", project(environment=variable(TOKEN, type="SECRETS_MANAGER"))),
    hardened(SECRET, "redacted like all, but no secret", project(environment=variable(HARMLESS, type="PLAINTEXT"), source={"type": "GITHUB", "location": HARMLESS})),
    hardened(SECRET, "a pipeline's project", project(source={"type": "CODEPIPELINE"})),
    unreadable(SECRET, "no details", NO_DETAILS),
    unreadable(SECRET, "not examined", project(environment=variable("plain", type="PLAINTEXT"))),
    unreadable(SECRET, "too long to be examined", project(environment=variable({"redacted": True, "detector": "", "digest": "0" * 64, "unexamined": "too much"}, type="PLAINTEXT"))),
]  # fmt: skip
