"""What the checks of ECS find, must not find, and must admit not to know."""

from __future__ import annotations

from typing import Any

from nightaudit_auditor.snapshot import Outcome, Record
from tests.unit.checks.build import OWN, REGION, Case, denied, failed, ok
from tests.unit.checks.shapes import hardened, planted, unreadable

ARN = f"arn:aws:ecs:{REGION}:{OWN}"
CLUSTER, SERVICE = f"{ARN}:cluster/shop", f"{ARN}:service/shop/web"
NEW, OLD = f"{ARN}:task-definition/web:2", f"{ARN}:task-definition/web:1"
TOKEN = {"redacted": True, "detector": "github-token", "digest": "0" * 64}
HARMLESS = {"redacted": True, "detector": "", "digest": "1" * 64}
SECRET, PRIVILEGED = "ECS_TASK_ENV_SECRET", "ECS_TASK_PRIVILEGED"


def container(name: str = "web", **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "web:1", **more}


def definition(*containers: dict[str, Any], arn: str = NEW, **more: Any) -> Record:
    found = {"taskDefinitionArn": arn, "containerDefinitions": list(containers), **more}
    return ok("ecs.describe_task_definition", REGION, {"taskDefinition": found}, taskDefinition=arn)


def listed(*services: str) -> tuple[Record, Record]:
    return (
        ok("ecs.list_clusters", REGION, {"clusterArns": [CLUSTER]}),
        ok("ecs.list_services", REGION, {"serviceArns": [*services]}, cluster=CLUSTER),
    )


def world(*definitions: Record, **more: Any) -> tuple[Record, ...]:
    """A service; by default it uses one task definition."""
    service = {
        "serviceArn": SERVICE,
        "clusterArn": CLUSTER,
        "taskDefinition": NEW,
        "tags": [{"key": "a", "value": "b"}],
        **more,
    }
    both = (SERVICE, f"{ARN}:service/shop/other")
    answer = {"services": [service], "failures": [{"arn": both[1], "reason": "MISSING"}]}
    described = ok("ecs.describe_services", REGION, answer, cluster=CLUSTER, services=",".join(both))
    return (*listed(*both), described, *definitions)


def variable(value: Any) -> dict[str, Any]:
    return container(environment=[{"name": "STAGE", "value": HARMLESS}, {"name": "TOKEN", "value": value}])


ROLLING = {"deployments": [{"status": "PRIMARY", "taskDefinition": NEW}, {"status": "ACTIVE", "taskDefinition": OLD}]}
CASES: list[Case] = [
    planted(SECRET, "a token", world(definition(variable(TOKEN))), finds=("web/TOKEN",)),
    planted(SECRET, "in the revision that is being replaced", world(definition(container()), definition(variable(TOKEN), arn=OLD), **ROLLING), finds=("web/TOKEN",)),
    planted(SECRET, "in both revisions and two containers: once each", world(definition(variable(TOKEN)), definition(variable(TOKEN), variable(TOKEN) | {"name": "log"}, arn=OLD), **ROLLING), finds=("web/TOKEN", "log/TOKEN")),
    hardened(SECRET, "redacted like all, but no secret", world(definition(variable(HARMLESS)))),
    hardened(SECRET, "kept in Secrets Manager", world(definition(container(secrets=[{"name": "TOKEN", "valueFrom": "arn:aws:secretsmanager:x"}])))),
    hardened(SECRET, "a revision that no service uses", world(definition(container()), definition(variable(TOKEN), arn=OLD))),
    hardened(SECRET, "the cluster vanished", (listed()[0], failed("ecs.list_services", REGION, Outcome.GONE, cluster=CLUSTER))),
    unreadable(SECRET, "clusters denied", (denied("ecs.list_clusters", REGION),)),
    unreadable(SECRET, "services denied", (listed()[0], denied("ecs.list_services", REGION, cluster=CLUSTER))),
    unreadable(SECRET, "services never described", listed(SERVICE)),
    unreadable(SECRET, "the definition is denied", world(denied("ecs.describe_task_definition", REGION, taskDefinition=NEW))),
    unreadable(SECRET, "the old revision was not read", world(definition(container()), **ROLLING)),
    unreadable(SECRET, "not examined", world(definition(variable("plain")))),
    unreadable(SECRET, "too long to be examined", world(definition(variable({"redacted": True, "detector": "", "digest": "0" * 64, "unexamined": "too much"})))),
    planted(PRIVILEGED, "privileged", world(definition(container(privileged=True))), finds=("web",)),
    planted(PRIVILEGED, "the host's processes, as whom the image says", world(definition(container(), pidMode="host")), finds=("web/pidMode",)),
    planted(PRIVILEGED, "the host's network, as root with a group", world(definition(container(user="0:10"), networkMode="host")), finds=("web/networkMode",)),
    hardened(PRIVILEGED, "the host's network, not as root", world(definition(container(user="1000"), networkMode="host"))),
    hardened(PRIVILEGED, "root in a network of its own", world(definition(container(user="root", privileged=False), networkMode="awsvpc", pidMode="task"))),
    unreadable(PRIVILEGED, "the definition is denied", world(denied("ecs.describe_task_definition", REGION, taskDefinition=NEW))),
]  # fmt: skip
