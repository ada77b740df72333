"""What a project shows to the world, and what to everybody who may look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nightaudit_auditor.checks.codebuild.kinds import DETAILS, PROJECT, project_of
from nightaudit_auditor.checks.redacted import secret_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, Unknown, check


@check(
    "CODEBUILD_PROJECT_PUBLIC",
    kind=PROJECT,
    title="Everybody can read a project's builds",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Logs and artifacts of builds are on the Internet, with whatever a build prints: variables, host names, tokens.",
    remediation="Console: CodeBuild > the project > Edit > Project configuration > Public build access off. CLI: aws codebuild "
    "update-project-visibility --project-arn ARN --project-visibility PRIVATE",
    terraform='resource "aws_codebuild_project" "build" {\n  project_visibility = "PRIVATE"\n}',
    references=("https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html",),
)
def project_public(resource: Resource, context: Context) -> Iterator[Result]:
    """The project's visibility is PUBLIC_READ."""
    project = project_of(context.data, resource.region, resource.name)
    visibility = project.get("projectVisibility")
    if visibility not in ("PRIVATE", "PUBLIC_READ"):
        yield Unknown(f"the project's visibility is {visibility!r}, which is neither PRIVATE nor PUBLIC_READ", DETAILS)
    elif visibility == "PUBLIC_READ":
        yield Fail(
            f"everybody can read the builds of {resource.name}", evidence={"alias": project.get("publicProjectAlias")}
        )


@check(
    "CODEBUILD_ENV_SECRET",
    kind=PROJECT,
    title="A project holds a secret",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Everybody who may look at the project reads the secret, and so does everything that a build runs.",
    remediation="Keep the secret in Secrets Manager or Parameter Store and change it; connect to the repository by a connection instead "
    "of a token in its URL. Console: CodeBuild > the project > Edit > Environment > Environment variables > type Secrets Manager. "
    "CLI: aws codebuild update-project --name PROJECT --environment file://environment.json",
    terraform='resource "aws_codebuild_project" "build" {\n  environment {\n    environment_variable {\n      name  = "TOKEN"\n'
    '      type  = "SECRETS_MANAGER"\n      value = aws_secretsmanager_secret.token.name\n    }\n  }\n}',
    compliance=("AWS-FSBP:CodeBuild.1", "AWS-FSBP:CodeBuild.2"),
    references=("https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html",),
)
def env_secret(resource: Resource, context: Context) -> Iterator[Result]:
    """An environment variable of type PLAINTEXT has the form of a secret, or the URL of a source holds one. One finding for each
    variable or source; the value is not kept."""
    project = project_of(context.data, resource.region, resource.name)
    found = (*_variables(project), *_locations(project))
    yield from secret_results(found, "{name} of " + resource.name + " holds a secret ({detector})")


def _variables(project: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for variable in (project.get("environment") or {}).get("environmentVariables") or []:
        if variable.get("type", "PLAINTEXT") == "PLAINTEXT":
            yield str(variable.get("name", "")), variable.get("value", {})


def _locations(project: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """`source` is the primary source; the others go by their identifiers. A pipeline's project has no location."""
    for source in (project.get("source") or {}, *(project.get("secondarySources") or [])):
        if location := source.get("location"):
            yield f"source.location {source.get('sourceIdentifier', '')}".rstrip(), location
