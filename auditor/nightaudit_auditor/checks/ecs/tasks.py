"""What the task definitions of services hold, and what they let containers do to the host."""

from __future__ import annotations

from collections.abc import Iterator

from nightaudit_auditor.checks.ecs.kinds import DEFINITION, SERVICE, definitions_of
from nightaudit_auditor.checks.redacted import secret_results
from nightaudit_auditor.checks.registry import Context, Fail, Resource, Result, Severity, Tier, check

_ROOT = ("", "0", "root")


@check(
    "ECS_TASK_ENV_SECRET",
    kind=SERVICE,
    needs=(DEFINITION,),
    title="A task definition in use holds a secret",
    severity=Severity.HIGH,
    tier=Tier.A,
    risk="Everybody who may describe task definitions reads the secret, in every old revision too.",
    remediation="Keep the secret in Secrets Manager or Parameter Store, name it under `secrets` with valueFrom, deploy, deregister and "
    "delete the old revisions, and change the secret. Console: ECS > Task definitions > Create new revision. CLI: aws ecs "
    "register-task-definition --cli-input-json file://task.json; aws ecs update-service --cluster CLUSTER --service SERVICE "
    "--task-definition FAMILY; aws ecs delete-task-definitions --task-definitions FAMILY:REVISION",
    terraform='resource "aws_ecs_task_definition" "web" {\n  family = "web"\n  container_definitions = jsonencode([{\n'
    '    name    = "web"\n    image   = "web:1"\n    secrets = [{ name = "DB_PASSWORD", valueFrom = '
    "aws_secretsmanager_secret.db.arn }]\n  }])\n}",
    compliance=("AWS-FSBP:ECS.8",),
    references=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-bestpractices.html",
    ),
)
def env_secret(resource: Resource, context: Context) -> Iterator[Result]:
    """An environment variable of a container, in a task definition that a service uses, has the form of a secret. One finding
    for each service, container and variable; its value is not kept."""
    variables = (
        (f"{container.get('name', '')}/{variable.get('name', '')}", variable.get("value", {}))
        for definition in definitions_of(context.data, resource)
        for container in definition.get("containerDefinitions") or []
        for variable in container.get("environment") or []
    )
    yield from secret_results(variables, "variable {name} of " + resource.name + " holds a secret ({detector})")


@check(
    "ECS_TASK_PRIVILEGED",
    kind=SERVICE,
    needs=(DEFINITION,),
    title="A container can take over its host",
    severity=Severity.MEDIUM,
    tier=Tier.B,
    risk="Whoever gets into the container gets the host, its role and all other tasks on it.",
    remediation="Leave privileged out, use network mode awsvpc and no pid mode, and run as a user other than root. Console: ECS > Task "
    "definitions > Create new revision. CLI: aws ecs register-task-definition --cli-input-json file://task.json; aws ecs "
    "update-service --cluster CLUSTER --service SERVICE --task-definition FAMILY",
    compliance=("AWS-FSBP:ECS.1", "AWS-FSBP:ECS.3", "AWS-FSBP:ECS.4"),
    references=(
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    ),
)
def privileged(resource: Resource, context: Context) -> Iterator[Result]:
    """In a task definition that a service uses, a container is privileged; or the task shares the host's processes or network
    (pidMode or networkMode host) and a container runs as root, or as whatever user its image names."""
    for definition in definitions_of(context.data, resource):
        shared = [mode for mode in ("pidMode", "networkMode") if definition.get(mode) == "host"]
        for container in definition.get("containerDefinitions") or []:
            name = str(container.get("name", ""))
            evidence = {"taskDefinition": definition.get("taskDefinitionArn", ""), "user": container.get("user", "")}
            if container.get("privileged"):
                yield Fail(f"container {name} of {resource.name} is privileged", name, evidence)
            elif shared and str(container.get("user") or "").split(":")[0] in _ROOT:
                detail = f"container {name} of {resource.name} runs as root with the host's {' and '.join(shared)}"
                yield Fail(detail, f"{name}/{'+'.join(shared)}", evidence)
