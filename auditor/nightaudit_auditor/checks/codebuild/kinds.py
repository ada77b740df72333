"""How projects of CodeBuild are listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from nightaudit_auditor.aws import build_arn
from nightaudit_auditor.checks.batches import batched_answer
from nightaudit_auditor.checks.registry import Kind, Resource
from nightaudit_auditor.snapshot import AccountData, Gone, Unreadable

PROJECTS: Final = "codebuild.list_projects"
DETAILS: Final = "codebuild.batch_get_projects"


def _projects(data: AccountData) -> Iterator[Resource | Unreadable]:
    for region in data.regions:
        try:
            names = (data.answer(PROJECTS, region) or {}).get("projects", [])
        except Unreadable as problem:
            yield problem
            continue
        for name in names:
            arn = build_arn(data.account, "codebuild", region, f"project/{name}")
            yield Resource(arn, "AWS::CodeBuild::Project", name, region, _tags(data, region, name))


def _tags(data: AccountData, region: str, name: str) -> dict[str, str]:
    """No verdict hangs on tags, so that missing ones are no reason for UNKNOWN."""
    try:
        return {tag["key"]: tag.get("value", "") for tag in project_of(data, region, name).get("tags") or ()}
    except (Unreadable, Gone):
        return {}


PROJECT = Kind("AWS::CodeBuild::Project", (PROJECTS, DETAILS), _projects, regional=True)


def project_of(data: AccountData, region: str, name: str) -> dict[str, Any]:
    """What BatchGetProjects says of a project. Raises Unreadable; Gone if it was not there any more."""
    for project in batched_answer(data, DETAILS, region, "names", name).get("projects", []):
        if project.get("name") == name:
            return dict(project)
    raise Gone(name)
