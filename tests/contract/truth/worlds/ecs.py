"""ECS: what the task definitions of services hold and allow."""

from __future__ import annotations

from typing import Any

from demo.aws import facts
from tests.contract.truth.place import Place

SECRET, PRIVILEGED = "ECS_TASK_ENV_SECRET", "ECS_TASK_PRIVILEGED"
CLUSTER = "tasks"
TOKEN = "ghp_" + "c3D4" * 9
"""Random characters in the shape of a token: it opens nothing."""


def plant(at: Place) -> None:
    """A service is judged by the revisions that it uses, whatever others there are."""
    at.client("ecs").create_cluster(clusterName=CLUSTER)
    _secrets(at)
    _hosts(at)


def _secrets(at: Place) -> None:
    token = {"environment": [{"name": "STAGE", "value": "prod"}, {"name": "UPSTREAM", "value": TOKEN}]}
    arn = f"arn:aws:secretsmanager:{facts.HOME_REGION}:{at.problems.id}:secret:db-AbCdEf"
    at.finds(SECRET, _service(at, "task-token", _container("web", **token)), discriminator="web/UPSTREAM")
    sidecar = _service(at, "task-sidecar", _container("web"), _container("log", **token))
    at.finds(SECRET, sidecar, discriminator="log/UPSTREAM")
    _define(at, "task-mended", _container("web", **token))
    at.passes(
        SECRET,
        _service(at, "task-mended", _container("web")),
        _service(at, "task-named", _container("web", secrets=[{"name": "DB_PASSWORD", "valueFrom": arn}])),
        _service(at, "task-plain", _container("web", environment=[{"name": "DB_HOST", "value": "db.internal"}])),
    )


def _hosts(at: Place) -> None:
    root, user = {"user": "0:10"}, {"user": "1000"}
    at.finds(
        PRIVILEGED,
        _service(at, "task-privileged", _container("web"), _container("agent", privileged=True)),
        _service(at, "task-host-processes", _container("web"), pidMode="host"),
        _service(at, "task-host-network", _container("web", **root), networkMode="host"),
    )
    at.passes(
        PRIVILEGED,
        _service(at, "task-host-user", _container("web", **user), networkMode="host", pidMode="host"),
        _service(at, "task-root-inside", _container("web", **root, privileged=False), networkMode="bridge"),
        _service(at, "task-own-processes", _container("web", **root), pidMode="task"),
    )


def _container(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "web:1", "memory": 128, **more}


def _define(at: Place, family: str, *containers: dict[str, Any], **more: Any) -> str:
    made = at.client("ecs").register_task_definition(family=family, containerDefinitions=list(containers), **more)
    return str(made["taskDefinition"]["taskDefinitionArn"])


def _service(at: Place, name: str, *containers: dict[str, Any], **more: Any) -> str:
    """A service of the newest revision of the family of its name."""
    definition = _define(at, name, *containers, **more)
    made = at.client("ecs").create_service(cluster=CLUSTER, serviceName=name, taskDefinition=definition, desiredCount=0)
    return str(made["service"]["serviceArn"])
